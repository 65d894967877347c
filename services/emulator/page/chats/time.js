const TIME = new Intl.DateTimeFormat('ru', { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat('ru', { day: 'numeric', month: 'long' });

/** Hours and minutes on this device's clock. @param {number} unixSeconds */
export function timeOf(unixSeconds) {
  return TIME.format(unixSeconds * 1000);
}

/** The day, in the words people use. @param {number} unixSeconds */
export function dayOf(unixSeconds) {
  const day = DAY.format(unixSeconds * 1000);
  return day === DAY.format(Date.now()) ? 'Сегодня' : day;
}
