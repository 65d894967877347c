/** What systems store, or people write, for somebody whose name they do not know. */
const PLACEHOLDER =
  /^(доб([.\s\d]|$).*|неизвестн(ый|ая|ое|о)(\s.*)?|не\s?определ[её]н(\s.*)?|без имени|аноним(ный)?|none|null|undefined|nan|<?unknown>?|anonymous|[-–—_?.*\s]*)$/iu;

/** Whether a name says nothing about whose it is. */
export const isPlaceholder = (name: string): boolean => PLACEHOLDER.test(name.trim());
