import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from './emulatorBrowser.js';
import { createPageStage, SIZES, visitForm, type PageStage, type PageVisit } from './emulatorPageStage.js';

let browser: Browser;
let stage: PageStage;
let visit: PageVisit;

beforeAll(async () => {
  [browser, stage] = await Promise.all([launchBrowser(), createPageStage()]);
});
afterAll(async () => {
  await browser.close();
  await stage.end();
});
afterEach(async () => {
  await visit.close();
});

async function open(path = '/', viewport = SIZES.desktop): Promise<Page> {
  visit = await visitForm(browser, stage.emulator.url, path, viewport);
  return visit.page;
}

async function choose(page: Page, code: string): Promise<void> {
  await page.getByLabel('Сценарий', { exact: true }).click();
  await page.getByRole('combobox', { name: 'Поиск сценария' }).fill(code);
  await page.getByRole('option', { name: new RegExp(`^${code} `) }).click();
}

const call = (page: Page): Promise<void> => page.getByRole('button', { name: 'Позвонить' }).click();
const client = (page: Page): Locator => page.getByRole('textbox', { name: 'Клиент' });
const verdict = (page: Page): Locator => page.locator('#verdict');
const events = (page: Page): Locator => page.locator('.event:not(.is-pending)');
const messages = (page: Page): Locator => page.locator('.message');

/** Waits for the verdict. @returns its heading */
async function verdictOn(page: Page): Promise<string> {
  await verdict(page).waitFor();
  return (await verdict(page).getByRole('heading').textContent()) ?? '';
}

describe('a call is made as a person would make it', () => {
  test.each([
    { code: '2-1', says: 'incoming answered', phone: '8 (029) 000-01-01', shown: '+375 (29) 000-01-01', last: '✅' },
    { code: '2-2', says: 'incoming missed', phone: '+375290000102', shown: '+375 (29) 000-01-02', last: '❌' },
    { code: '2-8', says: 'a transfer', phone: '375290000103', shown: '+375 (29) 000-01-03', last: '✅' },
  ])('$code, $says: events, the chat and the verdict', async ({ code, phone, shown, last }) => {
    const page = await open();
    await choose(page, code);
    await client(page).fill(phone);
    await page.getByRole('radio', { name: 'Сразу' }).check();
    expect(await client(page).inputValue()).toBe(shown);
    await call(page);

    expect(await verdictOn(page)).toBe('Всё сошлось');
    expect(await events(page).count()).toBe(await page.locator('.event').count());
    expect(await events(page).filter({ hasText: 'hangup' }).last().textContent()).toContain('✓ 200');
    await page.getByRole('radio', { name: 'Этот звонок' }).check();
    await expect.poll(() => messages(page).filter({ hasText: last }).count()).toBe(1);
    await expect.poll(() => messages(page).count()).toBe(1);
    expect(await messages(page).textContent()).toContain(shown);
    expect(visit.complaints).toEqual([]);
  });

  test('3-1, an internal call has no client, and the two sides are two people', async () => {
    const page = await open();
    await choose(page, '3-1');
    expect(await client(page).count()).toBe(0);
    await page.getByLabel('Кто звонит').selectOption('151');
    const callee = page.getByLabel('Кому звонят');
    expect(await callee.locator('option[value="151"]').isDisabled()).toBe(true);
    expect(await callee.inputValue()).toBe('150');
    await page.getByRole('radio', { name: 'Сразу' }).check();
    await call(page);
    expect(await verdictOn(page)).toBe('Всё сошлось');
    expect(await page.locator('.calls-side').last().textContent()).toContain('Внутренний, 151');
    expect(visit.complaints).toEqual([]);
  });

  test('at the other address of the page as well', async () => {
    const page = await open('/test-interface?scenario=1-8&pace=once');
    await call(page);
    expect(await verdictOn(page)).toBe('Всё сошлось');
    expect(new URL(page.url()).pathname).toBe('/test-interface');
    await visit.close();
    await open('/test-interface/');
    expect(visit.complaints).toEqual([]);
  });

  test('with the keyboard alone', async () => {
    const page = await open('/?pace=once');
    await page.getByLabel('Сценарий', { exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('без приветствия не ответили');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByLabel('Сценарий', { exact: true }).textContent()).toContain('2-4');
    await client(page).focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('+375290000104');
    await page.keyboard.press('Enter');
    expect(await verdictOn(page)).toBe('Всё сошлось');
    expect(visit.complaints).toEqual([]);
  });

  test('on a phone: the form, then the verdict, then the chats', async () => {
    const page = await open('/', SIZES.phone);
    await choose(page, '2-1');
    await page.getByRole('radio', { name: 'Сразу' }).check();
    await call(page);
    expect(await verdictOn(page)).toBe('Всё сошлось');
    await expect.poll(() => verdict(page).evaluate(isOnScreen)).toBe(true);
    const title = page.getByRole('heading', { name: 'Входящий с приветствием, ответили' });
    await expect.poll(() => title.evaluate(isOnScreen)).toBe(true);
    await page.getByRole('button', { name: 'Чаты' }).click();
    await page.getByRole('link', { name: 'Подписчик 1001' }).click();
    await messages(page).last().waitFor();
    await expect.poll(() => messages(page).last().evaluate(isOnScreen)).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(visit.complaints).toEqual([]);
  });

  test('step by step, with the space bar and Enter', async () => {
    const page = await open('/?scenario=2-1');
    await page.getByRole('radio', { name: 'По шагам' }).check();
    await call(page);
    const next = page.getByRole('button', { name: 'Следующее событие' });
    await next.waitFor();
    expect(await events(page).count()).toBe(0);
    for (const [index, key] of ['Space', 'Enter', 'Space'].entries()) {
      await page.locator('.bar [data-part=step][aria-disabled=false]').waitFor();
      await page.keyboard.press(key);
      await expect.poll(() => events(page).count()).toBe(index + 1);
    }
    await page.locator('.event.is-next').waitFor();
    await messages(page).filter({ hasText: '📞' }).last().waitFor();
    await page.getByRole('button', { name: 'Остановить' }).click();
    await next.waitFor({ state: 'hidden' });
    expect(await events(page).count()).toBe(3);
    expect(visit.complaints).toEqual([]);
  });
});

describe('what is chosen', () => {
  test('wrong input is named at its field, and nothing is sent', async () => {
    const page = await open('/?scenario=2-1');
    await client(page).fill('+37529');
    await page.getByRole('checkbox', { name: '150' }).uncheck();
    await page.getByRole('checkbox', { name: '151' }).uncheck();
    await call(page);
    await page.getByText('после +375 нужно 9 цифр, а здесь 2').waitFor();
    await page.getByText('Отметьте хотя бы одного менеджера').waitFor();
    expect(await client(page).evaluate(hasFocus)).toBe(true);
    expect(await client(page).getAttribute('aria-invalid')).toBe('true');
    await client(page).fill('+375290000105');
    expect(await client(page).getAttribute('aria-invalid')).toBe(null);
    expect(new URL(page.url()).searchParams.has('run')).toBe(false);
    expect(visit.complaints).toEqual([]);
  });

  test('a number is made up for the country, and another one on each click', async () => {
    const page = await open('/?scenario=2-1');
    await page.getByLabel('Страна случайного номера: Клиент').selectOption('PL');
    await expect.poll(() => client(page).inputValue()).toMatch(/^\+48 \d{3} \d{3} \d{3}$/);
    const first = await client(page).inputValue();
    await page.getByRole('button', { name: 'Случайный номер: Клиент' }).click();
    await expect.poll(() => client(page).inputValue()).not.toBe(first);
    expect(visit.complaints).toEqual([]);
  });

  test('stays in the address and on the device', async () => {
    const page = await open();
    await choose(page, '2-10');
    await client(page).fill('+375290000106');
    await page.getByLabel('Кому переводят').selectOption('152');
    await page.getByText('Сбои:').click();
    await page.getByRole('checkbox', { name: 'дважды' }).check();
    const link = page.url();
    for (const address of [link, stage.emulator.url]) {
      await page.goto(address);
      await expect.poll(() => client(page).inputValue()).toBe('+375 (29) 000-01-06');
      expect(await page.getByLabel('Сценарий', { exact: true }).textContent()).toContain('2-10');
      expect(await page.getByLabel('Кому переводят').inputValue()).toBe('152');
      expect(await page.getByRole('checkbox', { name: 'дважды', includeHidden: true }).isChecked()).toBe(true);
    }
    expect(visit.complaints).toEqual([]);
  });

  test('the search finds scenarios by words in any order, and says when there is none', async () => {
    const page = await open();
    await page.getByLabel('Сценарий', { exact: true }).click();
    const options = page.getByRole('listbox', { name: 'Сценарии' }).getByRole('option');
    await expect.poll(() => options.count()).toBe(45);
    const search = page.getByRole('combobox', { name: 'Поиск сценария' });
    await search.fill('мобильном followme');
    await expect.poll(() => options.first().textContent()).toContain('FollowMe');
    expect(await page.locator('.picker-group').allTextContents()).toEqual(['Входящие']);
    await search.fill('ничего такого');
    await page.getByText('Такого сценария нет').waitFor();
    await page.keyboard.press('Escape');
    await search.waitFor({ state: 'hidden' });
    expect(visit.complaints).toEqual([]);
  });

  test('managers that were added are there when the form is opened again', async () => {
    const page = await open('/?scenario=1-1');
    await expect.poll(() => page.getByLabel('Менеджер', { exact: true }).locator('option').count()).toBe(3);
    await stage.database.pool.query(
      `with added as (insert into users (enterprise_number, last_name, first_name) values ('0367', 'Новый', 'Нил')
         returning id)
       insert into user_internal_phones (enterprise_number, internal_phone, user_id) select '0367', '153', id from added`,
    );
    await page.reload();
    await expect.poll(() => page.getByLabel('Менеджер', { exact: true }).locator('option').count()).toBe(4);
    expect(visit.complaints).toEqual([]);
  });
});

describe('a run', () => {
  test('opens by its link for somebody else, can be downloaded and repeated', async () => {
    const page = await open('/?scenario=2-2&pace=once&client=%2B375290000107');
    await call(page);
    expect(await verdictOn(page)).toBe('Всё сошлось');
    const id = new URL(page.url()).searchParams.get('run') ?? '';
    await visit.close();

    const other = await open(`/?run=${id}`);
    expect(await verdictOn(other)).toBe('Всё сошлось');
    await expect.poll(() => client(other).inputValue()).toBe('+375 (29) 000-01-07');
    await expect.poll(() => messages(other).count()).toBe(1);
    const download = other.waitForEvent('download');
    await other.getByRole('link', { name: 'JSON' }).click();
    expect((await download).suggestedFilename()).toContain(id);
    await other.getByRole('button', { name: 'Повторить' }).click();
    await expect.poll(() => new URL(other.url()).searchParams.get('run')).not.toBe(id);
    expect(await verdictOn(other)).toBe('Всё сошлось');
    await other.getByText('Последние прогоны').click();
    await other.locator('.run-link[aria-current]').waitFor();
    expect(await other.locator(`.run-link[href*="${id}"]`).count()).toBe(1);
    expect(visit.complaints).toEqual([]);
  });

  test('shows what was sent and what was answered when an event is opened', async () => {
    const page = await open('/?scenario=2-1&pace=once');
    await call(page);
    await verdictOn(page);
    const first = events(page).first();
    await first.locator('summary').press('Enter');
    const [headers, body, answer] = await first.locator('pre').allTextContents();
    expect(headers).toContain('Token');
    expect(body).toContain('"UniqueId"');
    expect(answer).not.toBe('');
    expect(visit.complaints).toEqual([]);
  });

  test('that comes out wrong says so in words, and what is wrong in a sentence', async () => {
    // The bot is not let into the chat: the messages cannot be what they should be.
    const fault = { target: 'telegram', mode: '403', chat_id: 1002 };
    await fetch(`${stage.emulator.url}/api/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    const page = await open('/?scenario=2-1&pace=once&client=%2B375290000108');
    await call(page);
    expect(await verdictOn(page)).toMatch(/^Не сошлось: \d+$/);
    expect(await verdict(page).getByRole('listitem').first().textContent()).toContain('1002');
    await stage.database.pool.query('update telegram_users set enabled = true where tg_id = 1002');
    expect(visit.complaints).toEqual([]);
  });

  test('that is not there any more says so', async () => {
    const page = await open('/?run=00000000-0000-4000-8000-000000000000');
    await page.getByText('Прогон не открылся').waitFor();
    await page.getByText('Хранятся последние 200 прогонов').waitFor();
  });

  test('goes on when the core dies in the middle and comes back', async () => {
    const page = await open('/?scenario=2-2&pace=steps&client=%2B375290000109');
    await call(page);
    const next = page.locator('.bar [data-part=step][aria-disabled=false]');
    await next.click();
    await expect.poll(() => events(page).count()).toBe(1);
    await stage.core.kill('SIGKILL');
    await next.click();
    await page.getByText('✕ нет ответа').waitFor();
    await stage.restartCore();
    await page.getByText('отправлено снова').waitFor();
    await expect.poll(() => events(page).last().textContent()).toContain('✓ 200');
    await page.getByRole('button', { name: 'Остановить' }).click();
    await page.getByRole('button', { name: 'Остановить' }).waitFor({ state: 'hidden' });
    expect(visit.complaints).toEqual([]);
  });

  test('says that the core is away when it is', async () => {
    await stage.core.kill('SIGKILL');
    const page = await open('/?scenario=2-2&pace=once');
    await call(page);
    expect(await verdictOn(page)).toMatch(/^Не сошлось: \d+$/);
    await page.getByText('✕ нет ответа').waitFor();
    expect(await events(page).count()).toBe(1);
    expect(visit.complaints).toEqual([]);
    await stage.restartCore();
  });
});

/** What the page's own scripts may know; these functions run there. */
interface Shown {
  getBoundingClientRect(): { top: number; bottom: number };
  matches(selector: string): boolean;
  ownerDocument: { documentElement: { clientHeight: number } };
}

function isOnScreen(element: unknown): boolean {
  const shown = element as Shown;
  const { top, bottom } = shown.getBoundingClientRect();
  return top >= 0 && bottom <= shown.ownerDocument.documentElement.clientHeight + 1;
}

function hasFocus(element: unknown): boolean {
  return (element as Shown).matches(':focus');
}
