/**
 * An element.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} props `on` holds listeners, `data` what goes to the dataset, `text` what it says;
 *   everything else is an attribute: true sets it, false, null and undefined leave it out
 * @param {...(Node | string | null | undefined)} children what is not there is left out
 */
export function make(tag, { on = {}, data = {}, text, ...attributes } = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  Object.assign(element.dataset, data);
  if (text !== undefined) element.textContent = text;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets, or takes away, an attribute: true is an empty one; false, null and undefined are none. */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : String(value));
}
