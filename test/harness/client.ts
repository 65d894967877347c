/** Last seven digits of the phone of a client that nobody else of a test has and no CRM knows: `37529000xxxx`. */
export const clientOf = (serial: number): string => String(1_000 + serial).padStart(7, '0');
