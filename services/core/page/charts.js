import { make } from './make.js';
import { spokenNumber } from './spoken.js';

const SVG = 'http://www.w3.org/2000/svg';
const MINUTES = 60;
const HEIGHT = 60;

function svg(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/** What came in each of the last 60 minutes, the oldest first. */
export function byMinute(rows, nowMinute, series) {
  const counts = new Array(MINUTES).fill(0);
  for (const row of rows) {
    const index = row.minute - nowMinute + MINUTES - 1;
    if ((series === undefined || row.series === series) && index >= 0 && index < MINUTES) counts[index] += row.count;
  }
  return counts;
}

const sum = (counts) => counts.reduce((total, count) => total + count, 0);

/**
 * Bars of the last hour, one above the other.
 *
 * @param {{word: string, tone: 'good' | 'wait' | 'bad', counts: number[]}[]} layers
 */
export function chart(title, layers) {
  const totals = layers[0].counts.map((_, minute) => sum(layers.map(({ counts }) => counts[minute])));
  const most = Math.max(1, ...totals);
  const words = layers.map(({ word, counts }) => `${word} ${spokenNumber(sum(counts))}`);
  const image = svg('svg', {
    viewBox: `0 0 ${MINUTES * 4} ${HEIGHT + 1}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': `${title} за последний час: ${words.join(', ')}`,
  });
  image.append(svg('line', { class: 'base', x1: 0, x2: MINUTES * 4, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5 }));
  for (let minute = 0; minute < MINUTES; minute += 1) {
    let top = HEIGHT;
    for (const { tone, counts } of layers) {
      const height = counts[minute] === 0 ? 0 : Math.max(2, (counts[minute] / most) * HEIGHT);
      if (height === 0) continue;
      top -= height;
      image.append(svg('rect', { class: `bar-${tone}`, x: minute * 4 + 0.4, y: top, width: 3.2, height }));
    }
  }
  return make(
    'figure',
    { class: 'chart' },
    make('figcaption', {}, make('span', { text: title }), make('span', { text: spokenNumber(sum(totals)) })),
    image,
    make(
      'div',
      { class: 'axis soft' },
      make('span', { text: 'час назад' }),
      make('span', { text: `до ${spokenNumber(most)} в минуту` }),
      make('span', { text: 'сейчас' }),
    ),
    make(
      'div',
      { class: 'legend' },
      ...layers.map(({ tone, counts }, index) =>
        make('span', { class: sum(counts) === 0 || tone === 'good' ? 'soft' : tone, text: words[index] }),
      ),
    ),
  );
}

/** Events, calls, and a chart for each destination that has something. */
export function showCharts(box, { flow, outbox, titles: known }) {
  const of = (rows, series) => byMinute(rows, flow.now_minute, series);
  const titles = new Map(outbox.map(({ target, title }) => [target, title]));
  for (const { series } of [...flow.done, ...flow.dead])
    if (!titles.has(series)) titles.set(series, known[series] ?? series);
  box.replaceChildren(
    chart('События АТС', [{ word: 'принято', tone: 'good', counts: of(flow.events) }]),
    chart('Звонки', [
      { word: 'с ответом', tone: 'good', counts: of(flow.calls, 'answered') },
      { word: 'без ответа', tone: 'wait', counts: of(flow.calls, 'missed') },
    ]),
    ...[...titles].map(([target, title]) =>
      chart(title, [
        { word: 'доставлено', tone: 'good', counts: of(flow.done, target) },
        // Of CRMs only: nobody writes requests to Telegram down.
        ...(flow.failed.some(({ series }) => series === target)
          ? [{ word: 'неудачных запросов', tone: 'wait', counts: of(flow.failed, target) }]
          : []),
        { word: 'не доставлено', tone: 'bad', counts: of(flow.dead, target) },
      ]),
    ),
  );
}
