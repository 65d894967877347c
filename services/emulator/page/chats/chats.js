import { chatTitle, paintAvatar, showChatList } from './chatList.js';
import { setUpClear } from './clear.js';
import { createMessageList } from './messageList.js';
import { oneAtATime } from './oneAtATime.js';
import { chatsOfRun } from './runChats.js';
import { readChats, readMessages, watchChanges } from './sandbox.js';

const element = (id) => document.getElementById(id);

/** The subscribers' chats: as the sandbox has them now, or as a run left them. */
export function createChats() {
  const messageList = createMessageList(element('messages'), element('to-newest'));
  /** A wide screen always shows a chat; a phone shows the list until one is chosen. */
  const isWide = window.matchMedia('(min-width: 761px)');
  let openId;
  let ofRun;

  const radios = [...document.querySelectorAll('input[name=source]')];
  const showsRun = () => ofRun !== undefined && radios.find(({ checked }) => checked)?.value === 'run';

  async function read(choose) {
    if (showsRun()) {
      const { chats, messagesOf } = chatsOfRun(ofRun);
      const open = choose(chats);
      return { chats, open, messages: open === undefined ? [] : messagesOf(open.chat_id) };
    }
    const chats = await readChats();
    const open = choose(chats);
    return { chats, open, messages: open === undefined ? [] : await readMessages(open.chat_id) };
  }

  const refresh = oneAtATime(async () => {
    const wanted = decodeURIComponent(location.hash.slice(1));
    const { chats, open, messages } = await read((all) => {
      const find = (id) => all.find((chat) => String(chat.chat_id) === id);
      return find(wanted) ?? (isWide.matches ? (find(openId) ?? all[0]) : undefined);
    });
    openId = open === undefined ? undefined : String(open.chat_id);
    show(chats, open, messages);
  });

  function show(chats, open, messages) {
    const isEmpty = chats.length === 0;
    const wasOpen = !element('chat').hidden;
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
    messageList.show(`${showsRun() ? ofRun.run_id : ''} ${open.chat_id}`, messages, bots.size > 1);
    // On a phone a chat that was asked for fills the screen.
    if (!wasOpen && !isWide.matches) element('phone').scrollIntoView({ block: 'start' });
  }

  for (const radio of radios) radio.addEventListener('change', refresh);
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

  return {
    /**
     * Offers what the run shows in the chats; none when there is no run.
     *
     * @param {boolean} isOld whether it is over since long, so that the sandbox may have other messages by now
     */
    showRun(run, isOld = false) {
      ofRun = run !== undefined && run.chats.length > 0 ? run : undefined;
      element('sources').hidden = ofRun === undefined;
      if (ofRun === undefined || isOld) {
        for (const radio of radios) radio.checked = radio.value === (ofRun === undefined ? 'now' : 'run');
      }
      refresh();
    },
  };
}
