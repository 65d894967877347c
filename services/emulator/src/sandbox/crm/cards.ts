import { BoundedMap } from './boundedMap.js';
import type { Card } from './crm.js';

const MAX_CARDS = 500;
const MAX_SHOWN = 5_000;

/** The cards on managers' screens, and those that were there. */
export class Cards extends BoundedMap<string, Card> {
  #shown: Card[] = [];

  constructor() {
    super(MAX_CARDS);
  }

  override set(key: string, card: Card): this {
    this.#shown.push(card);
    if (this.#shown.length > MAX_SHOWN) this.#shown.shift();
    return super.set(key, card);
  }

  /** Every card that was ever put on a screen, oldest first. */
  shown(): readonly Card[] {
    return this.#shown;
  }

  override clear(): void {
    super.clear();
    this.#shown = [];
  }
}
