// The simulated core's two pages: a holder's phone, and the switches. Plain HTML; each script is a file of its own.

const STYLE = `
:root { color-scheme: light dark; font: 17px/1.45 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 1rem; }
h1 { font-size: 1.2rem; }
.note { opacity: .7; font-size: .9rem; }
ol { list-style: none; margin: 0; padding: 0; }
li {
  border: 1px solid color-mix(in srgb, currentColor 25%, transparent);
  border-radius: .8rem;
  margin: .8rem 0;
  padding: .8rem 1rem;
}
li.over { opacity: .5; }
.code { font: 700 1.8rem/1.2 ui-monospace, monospace; letter-spacing: .12em; }
label { display: block; margin: .8rem 0; }
button, select, input { font: inherit; padding: .4rem .8rem; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; padding: .2rem .6rem .2rem 0; overflow-wrap: anywhere; }
`;

const PHONE_SCRIPT = `
'use strict';
const list = document.querySelector('ol');
const state = document.querySelector('#state');
let after = 0;
function show(message) {
  const item = document.createElement('li');
  const time = document.createElement('div');
  time.className = 'note';
  time.textContent = new Date(message.at).toLocaleTimeString();
  item.append(time);
  if (message.code !== '') {
    const code = document.createElement('div');
    code.className = 'code';
    code.textContent = message.code;
    item.append(code);
    const left = message.validUntil - Date.now();
    setTimeout(() => item.classList.add('over'), Math.max(0, left));
  }
  const text = document.createElement('p');
  text.textContent = message.text;
  item.append(text);
  list.prepend(item);
}
async function listen() {
  for (;;) {
    try {
      const answer = await fetch(location.pathname + '/messages?waitMs=25000&after=' + after);
      if (!answer.ok) throw new Error(String(answer.status));
      const { messages } = await answer.json();
      for (const message of messages) {
        show(message);
        after = message.number;
      }
      state.textContent = list.childElementCount === 0 ? state.dataset.empty : '';
    } catch {
      state.textContent = state.dataset.away;
      await new Promise((resolve) => setTimeout(resolve, 2000));
    }
  }
}
void listen();
`;

const SWITCHES_SCRIPT = `
'use strict';
const form = document.querySelector('form');
const rows = document.querySelector('tbody');
const state = document.querySelector('#state');
const address = location.pathname + '/behaviour';
function cell(text) {
  const made = document.createElement('td');
  made.textContent = text;
  return made;
}
async function load() {
  const { behaviour, decisions } = await (await fetch(address)).json();
  form.answer.value = behaviour.answer;
  form.afterMs.value = behaviour.afterMs;
  form.silent.checked = behaviour.silent;
  rows.replaceChildren(...decisions.map(({ request, answer, at }) => {
    const row = document.createElement('tr');
    const sum = request.total + ' ' + request.currency;
    row.append(cell(new Date(at).toLocaleTimeString()), cell(request.payment), cell(sum), cell(answer.verdict));
    return row;
  }));
}
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const wanted = { answer: form.answer.value, afterMs: Number(form.afterMs.value), silent: form.silent.checked };
  const body = JSON.stringify(wanted);
  const answer = await fetch(address, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  state.textContent = answer.ok ? state.dataset.saved : state.dataset.failed;
  await load();
});
void load();
setInterval(() => void load(), 5000);
`;

/** Files that both pages load, by name. */
export const PAGE_FILES: { readonly [name: string]: { readonly type: string; readonly text: string } } = {
  'core.css': { type: 'text/css', text: STYLE },
  'phone.js': { type: 'text/javascript', text: PHONE_SCRIPT },
  'switches.js': { type: 'text/javascript', text: SWITCHES_SCRIPT },
};

export function phonePage(bank: string, holder: string): string {
  return page(`${holder}: ${bank}`, 'phone.js', [
    `<h1>${escaped(bank)} → ${escaped(holder)}</h1>`,
    '<p class="note">Телефон держателя счёта: демонстрация. A holder’s phone: demonstration.</p>',
    '<p id="state" role="status" data-empty="Сообщений пока нет. No messages yet." ' +
      'data-away="Нет связи, пробуем снова. No connection, trying again."></p>',
    '<ol aria-live="polite"></ol>',
  ]);
}

export function switchesPage(bank: string): string {
  return page(`${bank}: core`, 'switches.js', [
    `<h1>${escaped(bank)}: имитация банковской системы · simulated core</h1>`,
    '<form>',
    '<label>Ответ · Answer <select name="answer"><option value="yes">да · yes</option>' +
      '<option value="no">нет · no</option></select></label>',
    '<label>Через, мс · After, ms ' +
      '<input name="afterMs" type="number" min="0" max="86400000" step="100"></label>',
    '<label><input name="silent" type="checkbox"> ' +
      'молчит, пока не спросят · silent until enquired of</label>',
    '<button>Применить · Apply</button> ',
    '<span id="state" role="status" data-saved="Применено · Applied" ' +
      'data-failed="Не вышло · Failed"></span>',
    '</form>',
    '<h2>Решения · Decisions</h2>',
    '<table><thead><tr><th>Время · Time</th><th>Платёж · Payment</th>' +
      '<th>Сумма · Sum</th><th>Ответ · Answer</th></tr></thead><tbody></tbody></table>',
  ]);
}

function page(title: string, script: string, body: readonly string[]): string {
  return [
    '<!doctype html>',
    '<html lang="ru">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    '<link rel="stylesheet" href="/files/core.css">',
    `<script src="/files/${script}" defer></script>`,
    '</head>',
    '<body>',
    ...body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const ESCAPES: { readonly [letter: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => ESCAPES[letter] ?? letter);
}
