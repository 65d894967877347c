import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { seedDemo } from '../../shared/src/db/demo.js';
import { createTesterLog } from '../../services/emulator/src/log/testerLog.js';
import { createTestDatabase, type TestDatabase } from '../harness/database.js';
import { freePort } from '../harness/freePort.js';
import { PATIENCE_MS } from '../harness/patience.js';
import { startEmulator, type TestEmulator } from '../integration/emulatorServer.js';
import { launchBrowser } from './emulatorBrowser.js';

const CHAT = 100_200_300;
const SIZES = { 'a desktop': { width: 1280, height: 800 }, 'a phone': { width: 390, height: 844 } };

let browser: Browser;
let database: TestDatabase;
let directory: string;
let emulator: TestEmulator;

beforeAll(async () => {
  browser = await launchBrowser();
  database = await createTestDatabase();
  await seedDemo(database.pool, { recordingsUrl: 'http://127.0.0.1/recordings/{id}' });
  directory = await mkdtemp(join(tmpdir(), 'chats-'));
});
afterAll(async () => {
  await browser.close();
  await database.drop();
  await rm(directory, { recursive: true });
});

beforeEach(async () => {
  emulator = await startPage();
  return () => emulator.close();
});

/** The emulator with its whole page; nothing is called here, so there is no core. */
const startPage = (port?: number): Promise<TestEmulator> =>
  startEmulator(
    {
      emulation: {
        db: database.pool,
        coreUrl: 'http://127.0.0.1:9',
        dataDir: directory,
        testerLog: createTesterLog(directory),
        showsInSandbox: true,
        allowProduction: false,
      },
    },
    port,
  );

interface Visit {
  page: Page;
  /** What a reader's console shows and what the page asked of others: both have to stay empty. */
  complaints: string[];
  close: () => Promise<void>;
}

/** Opens the page and waits until it hears of changes. */
async function visit(size: { width: number; height: number }, hash = ''): Promise<Visit> {
  const context = await browser.newContext({ viewport: size, locale: 'ru-RU' });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${emulator.url}/`)) complaints.push(`request: ${request.url()}`);
  });
  const stream = page.waitForResponse((response) => response.url().endsWith('/stream'));
  await page.goto(`${emulator.url}/${hash}`);
  await stream;
  return { page, complaints, close: () => context.close() };
}

const textsOn = (page: Page): Promise<string[]> => page.locator('.message-text').allTextContents();

describe.each(Object.entries(SIZES))('on %s', (_name, size) => {
  test('an empty page says what to do next', async () => {
    const { page, complaints, close } = await visit(size);
    await page.getByText('npm run demo').waitFor();
    expect(await page.locator('.chat-link').count()).toBe(0);
    expect(await page.locator('#chat').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await close();
  });

  test('messages come, change, and vanish while somebody watches', async () => {
    const { page, complaints, close } = await visit(size);
    const id = await emulator.send(CHAT, '📞 Дозвон от <b>+375 (29) 000-00-01</b>');
    await page.locator('.chat-link', { hasText: String(CHAT) }).click();
    await page.locator('.message b', { hasText: '+375 (29) 000-00-01' }).waitFor();
    expect(await page.getByText('изменено').count()).toBe(0);

    await emulator.call('editMessageText', { chat_id: CHAT, message_id: id, text: '🔗 Разговор' });
    await page.locator('.message', { hasText: 'Разговор' }).getByText('изменено').waitFor();

    await emulator.send(CHAT, '✅ Завершен', { disable_notification: true });
    await page.locator('.message', { hasText: 'Завершен' }).getByTitle('Без звука').waitFor();
    await emulator.call('deleteMessage', { chat_id: CHAT, message_id: id });
    await page.locator('.message', { hasText: 'Разговор' }).waitFor({ state: 'detached' });
    expect(await textsOn(page)).toEqual(['✅ Завершен']);
    expect(complaints).toEqual([]);
    await close();
  });

  test('nothing is wider than the screen, and the newest message is in sight', async () => {
    for (let n = 1; n <= 30; n++) await emulator.send(CHAT, `Звонок ${n} ${'длинноеслово'.repeat(n)}`);
    const { page, complaints, close } = await visit(size, `#${CHAT}`);
    await page.locator('.message').nth(29).waitFor();
    const isInSight = async (text: string): Promise<boolean> => {
      const box = await page.locator('.message', { hasText: text }).boundingBox();
      return box !== null && box.y + box.height <= size.height;
    };
    await expect.poll(() => isInSight('Звонок 30')).toBe(true);
    await emulator.send(CHAT, 'Самый новый');
    await page.locator('.message', { hasText: 'Самый новый' }).waitFor();
    await expect.poll(() => isInSight('Самый новый')).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('a message', () => {
  let open: Visit;

  async function show(...messages: [text: string, params?: object][]): Promise<Page> {
    for (const [text, params] of messages) await emulator.send(CHAT, text, params);
    open = await visit(SIZES['a desktop'], `#${CHAT}`);
    await open.page
      .locator('.message')
      .nth(messages.length - 1)
      .waitFor();
    return open.page;
  }

  async function leave(): Promise<void> {
    expect(open.complaints).toEqual([]);
    await open.close();
  }

  test('shows what strangers wrote as text', async () => {
    const name = '<img src=x onerror=alert(1)> & "Ко"';
    const escaped = name.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    const page = await show([`Клиент <i>${escaped}</i>`]);
    expect(await textsOn(page)).toEqual([`Клиент ${name}`]);
    expect(await page.locator('.message img').count()).toBe(0);
    expect(await page.locator('.message i').textContent()).toBe(name);
    await leave();
  });

  test('shows formatting, one inside the other', async () => {
    const page = await show(['<b>ж<i>к<u>п</u></i></b> <s>з</s> <code>c</code><pre>p</pre>']);
    expect(await page.locator('.message-text').innerHTML()).toBe(
      '<b>ж<i>к<u>п</u></i></b> <s>з</s> <code>c</code><pre>p</pre>',
    );
    await leave();
  });

  test('has links that open elsewhere and tell nobody where they were', async () => {
    const page = await show(['<a href="http://127.0.0.1:8000/recordings/1">Запись разговора</a>']);
    const link = page.getByRole('link', { name: 'Запись разговора', exact: true });
    expect(await link.getAttribute('href')).toBe('http://127.0.0.1:8000/recordings/1');
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    await leave();
  });

  test('quotes what it replies to, for as long as that is there', async () => {
    const page = await show(['Пропущенный\nвторая строка'], ['Перезвонил', { reply_to_message_id: 1 }]);
    await page.getByRole('button', { name: 'Пропущенный', exact: true }).click();
    await page.locator('#message-1.is-target').waitFor();
    await emulator.call('deleteMessage', { chat_id: CHAT, message_id: 1 });
    await page.getByText('Удалённое сообщение').waitFor();
    await leave();
  });

  test('folds a long list, with the keyboard too, and keeps it open while other messages come', async () => {
    const names = Array.from({ length: 9 }, (_each, n) => `Менеджер ${n + 1}`).join('\n');
    const page = await show([`Звонят <blockquote expandable>${names}</blockquote>`]);
    const content = page.locator('.fold');
    const heightOf = async (): Promise<number> => (await content.boundingBox())?.height ?? 0;
    const folded = await heightOf();
    await page.getByRole('button', { name: 'Показать всё' }).press('Enter');
    await expect.poll(heightOf).toBeGreaterThan(folded * 2);
    await emulator.send(CHAT, 'Другой звонок');
    await page.locator('.message', { hasText: 'Другой звонок' }).waitFor();
    expect(await page.getByRole('button', { name: 'Свернуть' }).getAttribute('aria-expanded')).toBe('true');
    await leave();
  });

  test('hides a spoiler until it is asked for', async () => {
    const page = await show(['Номер <tg-spoiler>+375 (29) 000-00-01</tg-spoiler>']);
    await page.getByRole('button', { name: 'Скрытый текст' }).click();
    await page.getByRole('button', { name: '+375 (29) 000-00-01' }).waitFor();
    expect(await page.locator('.spoiler.is-open').count()).toBe(1);
    await leave();
  });
});

test('whoever reads older messages is not carried away, but told of new ones', async () => {
  for (let n = 1; n <= 40; n++) await emulator.send(CHAT, `Звонок ${n}`);
  const { page, complaints, close } = await visit(SIZES['a phone'], `#${CHAT}`);
  await page.locator('.message').nth(39).waitFor();
  await page.evaluate("document.getElementById('messages').scrollTop = 0");
  await emulator.send(CHAT, 'Самый новый');
  await page.getByRole('button', { name: 'Новые сообщения' }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Новые сообщения' }).isVisible()).toBe(false);
  expect(complaints).toEqual([]);
  await close();
});

test('the sandbox is cleared only after asking', async () => {
  await emulator.send(CHAT, 'Звонок');
  const { page, complaints, close } = await visit(SIZES['a desktop']);
  await page.locator('.message').waitFor();
  await page.getByRole('button', { name: 'Очистить' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Отмена' }).click();
  expect((await emulator.chat(CHAT)).messages).toHaveLength(1);
  await page.getByRole('button', { name: 'Очистить' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Очистить' }).click();
  await page.getByText('Сообщений пока нет').waitFor();
  expect(await emulator.chat(CHAT)).toEqual({ messages: [], history: [] });
  expect(complaints).toEqual([]);
  await close();
});

test('a phone shows the list or a chat, and goes back and forth', async () => {
  await emulator.send(CHAT, 'Звонок первому');
  await emulator.send(CHAT + 1, 'Звонок второму');
  const { page, complaints, close } = await visit(SIZES['a phone']);
  await page
    .getByRole('link', { name: `Подписчик ${CHAT}`, exact: false })
    .first()
    .waitFor();
  expect(await page.locator('.message').count()).toBe(0);
  await page.locator('.chat-link', { hasText: `${CHAT + 1}` }).press('Enter');
  await page.locator('.message', { hasText: 'Звонок второму' }).waitFor();
  expect(await page.locator('.chat-link').first().isVisible()).toBe(false);
  await page.getByRole('link', { name: 'Назад' }).click();
  await page.locator('.chat-link', { hasText: 'Звонок первому' }).waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('bots that share a chat are named', async () => {
  await emulator.send(CHAT, 'от первого');
  await emulator.call('sendMessage', { chat_id: CHAT, text: 'от второго' }, '777:BBBsecret');
  const { page, complaints, close } = await visit(SIZES['a desktop']);
  await page.locator('.message', { hasText: 'от второго' }).getByText('бот 777').waitFor();
  await page.locator('.message', { hasText: 'от первого' }).getByText('бот 123456').waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('a page that lost the service finds it again and shows what it missed', async () => {
  const port = await freePort();
  const lost = await startPage(port);
  const { page, close } = await visitOf(lost.url);
  await lost.close();
  await page.getByText('Нет связи').waitFor();
  const back = await startPage(port);
  await back.send(CHAT, 'Звонок после перерыва');
  await page.locator('.message', { hasText: 'Звонок после перерыва' }).waitFor();
  await page.getByText('Нет связи').waitFor({ state: 'detached' });
  await close();
  await back.close();
});

async function visitOf(url: string): Promise<Pick<Visit, 'page' | 'close'>> {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  await page.getByText('npm run demo').waitFor();
  return { page, close: () => page.close() };
}
