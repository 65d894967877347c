import { messageElement } from './message.js';
import { settleFolds } from './richText.js';
import { dayOf } from './time.js';

/** Closer to the end than this, the reader is taken to follow what comes. */
const FOLLOWING_PX = 120;

/**
 * The messages of the open chat. Only what changed is drawn anew, so that what the reader unfolded or selected stays.
 *
 * @param {HTMLElement} container scrolls
 * @param {HTMLElement} toNewest shown when something new came below what the reader sees
 */
export function createMessageList(container, toNewest) {
  let shown = new Map(); // message id → { source, element }
  let shownChat;

  const isFollowing = () => container.scrollHeight - container.scrollTop - container.clientHeight < FOLLOWING_PX;
  const follow = () => {
    container.scrollTop = container.scrollHeight;
    toNewest.hidden = true;
  };
  toNewest.addEventListener('click', follow);
  container.addEventListener('scroll', () => {
    if (isFollowing()) toNewest.hidden = true;
  });

  return {
    show(chatId, messages, showsBot) {
      const isOther = chatId !== shownChat;
      const wasFollowing = isOther || isFollowing();
      if (isOther) shown = new Map();
      const byId = new Map(messages.map((message) => [message.message_id, message]));
      let hasNew = false;
      const next = new Map();
      for (const message of messages) {
        const repliedTo = byId.get(message.reply_to_message_id);
        const source = JSON.stringify([message, repliedTo?.text, showsBot]);
        const known = shown.get(message.message_id);
        const element = known?.source === source ? known.element : messageElement(message, repliedTo, showsBot);
        if (known === undefined && !isOther) {
          element.classList.add('is-new');
          hasNew = true;
        }
        next.set(message.message_id, { source, element });
      }
      shown = next;
      shownChat = chatId;
      arrange(container, withDays(messages, next));
      settleFolds(container);
      if (wasFollowing) follow();
      else if (hasNew) toNewest.hidden = false;
    },
  };
}

function withDays(messages, shown) {
  if (messages.length === 0) return [note('no-messages', 'Все сообщения удалены')];
  let day;
  return messages.flatMap((message) => {
    const { element } = shown.get(message.message_id);
    if (dayOf(message.date) === day) return [element];
    day = dayOf(message.date);
    return [note('day', day), element];
  });
}

/** Puts the elements in this order; those that stay are not taken off the page. */
function arrange(container, elements) {
  const wanted = new Set(elements);
  for (const child of [...container.children]) if (!wanted.has(child)) child.remove();
  elements.forEach((element, index) => {
    const present = container.children[index];
    if (present !== element) container.insertBefore(element, present ?? null);
  });
}

function note(className, text) {
  const element = document.createElement('p');
  element.className = className;
  element.textContent = text;
  return element;
}
