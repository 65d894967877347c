import { timeOf } from './time.js';

/** What people call a chat: the sandbox knows ids only. */
export function chatTitle({ chat_id, type }) {
  return `${type === 'private' ? 'Подписчик' : 'Группа'} ${chat_id}`;
}

/** Fills the circle that stands for a chat. */
export function paintAvatar(element, { chat_id, type }) {
  const digits = String(chat_id).replace(/\D/g, '');
  element.textContent = type === 'private' ? digits.slice(-2) : 'Гр';
  element.dataset.shade = String(Number(digits.slice(-6)) % 5);
}

/** Shows the chats as links; the one that is open is marked. */
export function showChatList(container, chats, openId) {
  const focused = document.activeElement?.closest('.chat-link')?.hash;
  container.replaceChildren(...chats.map((chat) => chatLink(chat, String(chat.chat_id) === openId)));
  // The elements are new: whoever walks through them with the keyboard stays where they were.
  if (focused !== undefined) [...container.children].find((link) => link.hash === focused)?.focus();
}

function chatLink(chat, isOpen) {
  const link = document.createElement('a');
  link.className = 'chat-link';
  link.href = `#${chat.chat_id}`;
  if (isOpen) link.setAttribute('aria-current', 'page');
  const avatar = document.createElement('span');
  avatar.className = 'avatar';
  avatar.ariaHidden = 'true';
  paintAvatar(avatar, chat);
  const text = document.createElement('span');
  text.className = 'chat-text';
  text.append(line('chat-name', chatTitle(chat)), line('chat-last', chat.last?.text.split('\n')[0] ?? 'нет сообщений'));
  link.append(avatar, text, line('chat-time', chat.last === undefined ? '' : timeOf(chat.last.date)));
  return link;
}

function line(className, text) {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  return element;
}
