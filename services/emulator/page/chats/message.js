import { richText } from './richText.js';
import { timeOf } from './time.js';

/**
 * A message as a bubble.
 *
 * @param {object} message as the sandbox tells it
 * @param {object | undefined} repliedTo the message it replies to, when the chat still shows it
 * @param {boolean} showsBot whether several bots write to the chat
 */
export function messageElement(message, repliedTo, showsBot) {
  const article = document.createElement('article');
  article.className = 'message';
  article.id = `message-${message.message_id}`;
  article.dataset.messageId = message.message_id;
  if (message.reply_to_message_id !== undefined) article.append(replyElement(message, repliedTo));
  const text = document.createElement('div');
  text.className = 'message-text';
  text.append(richText(message.text, message.entities));
  article.append(text, aboutElement(message, showsBot));
  return article;
}

function replyElement({ reply_to_message_id }, repliedTo) {
  const quote = document.createElement('button');
  quote.type = 'button';
  quote.className = 'reply';
  quote.textContent = repliedTo === undefined ? 'Удалённое сообщение' : repliedTo.text.split('\n')[0];
  quote.disabled = repliedTo === undefined;
  quote.addEventListener('click', () => {
    const target = document.getElementById(`message-${reply_to_message_id}`);
    target?.scrollIntoView({ block: 'center' });
    target?.classList.add('is-target');
    setTimeout(() => target?.classList.remove('is-target'), 1200);
  });
  return quote;
}

function aboutElement({ bot, silent, edited, date }, showsBot) {
  const about = document.createElement('footer');
  about.className = 'message-about';
  if (showsBot) about.append(labelled('span', `бот ${bot}`, 'message-bot'));
  if (silent) {
    const mark = labelled('span', '🔕', 'silent');
    mark.title = 'Без звука';
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', 'Без звука');
    about.append(mark);
  }
  if (edited) about.append(labelled('span', 'изменено', 'edited'));
  const time = labelled('time', timeOf(date), 'message-time');
  time.dateTime = new Date(date * 1000).toISOString();
  about.append(time);
  return about;
}

function labelled(tag, text, className) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}
