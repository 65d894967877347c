export { digitsOf, isExtension, isPhone, readNumber, samePhone } from './phone.js';
