/** As Telegram describes formatting: offset and length in UTF-16 units of the plain text. */
export interface MessageEntity {
  type: EntityType;
  offset: number;
  length: number;
  url?: string;
  language?: string;
  custom_emoji_id?: string;
}

export type EntityType =
  | 'bold'
  | 'italic'
  | 'underline'
  | 'strikethrough'
  | 'spoiler'
  | 'code'
  | 'pre'
  | 'text_link'
  | 'blockquote'
  | 'expandable_blockquote'
  | 'custom_emoji';

export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** Removes white space around the text, as Telegram does, and moves the entities along. */
export function trim({ text, entities }: FormattedText): FormattedText {
  const cut = text.length - text.trimStart().length;
  const trimmed = text.trim();
  const moved = entities.flatMap((entity) => {
    const begin = Math.max(entity.offset - cut, 0);
    const end = Math.min(entity.offset - cut + entity.length, trimmed.length);
    return end > begin ? [{ ...entity, offset: begin, length: end - begin }] : [];
  });
  return { text: trimmed, entities: moved };
}
