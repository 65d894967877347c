import { chatTitle, paintAvatar, showChatList } from './chatList.js';
import { setUpClear } from './clear.js';
import { createMessageList } from './messageList.js';
import { oneAtATime } from './oneAtATime.js';
import { readChats, readMessages, watchChanges } from './sandbox.js';

const element = (id) => document.getElementById(id);
const messageList = createMessageList(element('messages'), element('to-newest'));

/** A wide screen always shows a chat; a phone shows the list until one is chosen. */
const isWide = window.matchMedia('(min-width: 701px)');

let openId;

const refresh = oneAtATime(async () => {
  const chats = await readChats();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const find = (id) => chats.find((chat) => String(chat.chat_id) === id);
  const open = find(wanted) ?? (isWide.matches ? (find(openId) ?? chats[0]) : undefined);
  openId = open === undefined ? undefined : String(open.chat_id);
  const messages = open === undefined ? [] : await readMessages(open.chat_id);
  show(chats, open, messages);
});

function show(chats, open, messages) {
  const isEmpty = chats.length === 0;
  element('empty').hidden = !isEmpty;
  element('chat-list').hidden = isEmpty;
  element('chat').hidden = open === undefined;
  element('phone').classList.toggle('is-empty', isEmpty);
  element('phone').classList.toggle('shows-chat', open !== undefined);
  showChatList(element('chat-list'), chats, openId);
  if (open === undefined) return;
  const bots = new Set(messages.map((message) => message.bot));
  element('chat-title').textContent = chatTitle(open);
  element('chat-about').textContent = bots.size > 1 ? `ботов: ${bots.size}` : `бот ${[...bots][0] ?? ''}`;
  paintAvatar(element('chat-avatar'), open);
  messageList.show(open.chat_id, messages, bots.size > 1);
}

setUpClear(element('clear'), element('clear-dialog'));
window.addEventListener('hashchange', refresh);
isWide.addEventListener('change', refresh);
watchChanges({
  onChange: refresh,
  onConnection: (isThere) => {
    element('connection').textContent = isThere ? '' : 'Нет связи, подключаюсь…';
  },
});
refresh();
