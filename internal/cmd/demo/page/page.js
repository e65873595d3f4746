// Shows what /answer says, and asks again every few seconds. Texts of events become text of the page and never markup.
'use strict';

const $ = id => document.getElementById(id);
const every = 5000;

function make(name, text, ...classes) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  made.classList.add(...classes);
  return made;
}

const clock = time => new Date(time).toLocaleTimeString([], {hour: '2-digit', minute: '2-digit', hour12: false});
const exactly = time => new Date(time).toLocaleTimeString([], {hour12: false});
const number = n => n.toLocaleString('en');

async function refresh() {
  try {
    const said = await fetch('answer');
    if (!said.ok) throw new Error(await said.text());
    show(await said.json());
  } catch (failure) {
    $('count').textContent = 'no answer: ' + failure.message;
  }
  setTimeout(refresh, every);
}

function show(answer) {
  $('org').textContent = answer.Org;
  $('count').textContent = number(answer.Events) + ' events in 24 hours, live';
  $('all').href = answer.Links.All;
  $('others').href = answer.Links.Others;
  $('others').textContent = answer.Others + ' other detections';
  $('failed').href = answer.Links.Failures;
  $('takeover').href = answer.Links.Takeover || answer.Links.All;
  headline(answer);
  timeline(answer.Takeover);
  bars($('countries'), answer.Countries);
  bars($('targets'), answer.Targets);
  failures(answer.Failures);
}

function headline({Takeover: t}) {
  const title = $('title'), summary = $('summary');
  if (!t) {
    title.textContent = 'No account takeover in the last 24 hours';
    summary.textContent = '';
    return;
  }
  title.replaceChildren(make('b', t.User + '’s account was taken over'));
  summary.replaceChildren(
    'From ', make('b', t.Address), ' in ', make('b', [t.City, t.Country].filter(Boolean).join(', ')), ' at ', make('b', clock(t.At)),
    t.Names ? `, after ${t.Names} names were tried` : '', t.Pushes ? ` and ${t.Pushes} pushes were sent` : '', '. Click a step to see its event.');
}

// shown is what the timeline shows: it is made again only when that has changed, so that nobody's click is lost.
let shown = '';

function timeline(t) {
  const now = JSON.stringify(t);
  if (now === shown) return;
  shown = now;
  if (!t) {
    $('timeline').replaceChildren(make('li', 'No sign-in with high risk has succeeded.', 'nothing'));
    return;
  }
  $('timeline').replaceChildren(...t.Marks.map(mark => step(mark, t)));
}

function step(mark, t) {
  const item = make('li'), button = make('button'), text = make('div');
  button.type = 'button';
  if (mark.Time === t.At) item.classList.add('key');
  const title = make('strong', mark.Text), rules = make('span', undefined, 'rules');
  for (const rule of mark.Rules) rules.append(make('span', rule, 'rule'));
  text.append(title, rules, whom(mark));
  button.append(make('time', exactly(mark.Time)), make('span', undefined, 'dot'), text);
  button.addEventListener('click', () => detail(mark));
  item.append(button);
  return item;
}

function whom(mark) {
  const line = make('div', undefined, 'whom');
  line.append(make('b', mark.Actor));
  if (mark.About) line.append(' → ', make('b', mark.About));
  if (mark.Place) line.append('  ·  ' + mark.Place);
  if (mark.Result) line.append('  ·  ' + mark.Result);
  if (mark.Until) line.append('  ·  until ' + exactly(mark.Until));
  return line;
}

function bars(into, amounts) {
  const most = Math.max(1, ...amounts.map(a => a.Intruder + a.Usual));
  into.replaceChildren(...amounts.flatMap(a => {
    const bar = make('span', undefined, 'bar');
    for (const [kind, n] of [['intruder', a.Intruder], ['usual', a.Usual]]) {
      if (!n) continue;
      const part = make('i', undefined, kind);
      part.style.width = Math.max(1.5, 100 * n / most) + '%';
      bar.append(part);
    }
    const name = make('span', a.Name, 'name');
    name.title = a.Name;
    if (a.Intruder && !a.Usual) name.classList.add('new');
    return [name, bar, make('span', number(a.Intruder + a.Usual), 'number')];
  }));
}

function svg(name, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function failures(bins) {
  const width = 480, height = 84, step = width / bins.length;
  const most = Math.max(1, ...bins.map(b => b.Intruder + b.Usual));
  const chart = svg('svg', {viewBox: `0 0 ${width} 104`, preserveAspectRatio: 'none', role: 'img', 'aria-label': 'failures, by half hours'});
  chart.append(svg('line', {x1: 0, x2: width, y1: height + .5, y2: height + .5}));
  bins.forEach((bin, i) => {
    let top = height;
    for (const [kind, n] of [['usual', bin.Usual], ['intruder', bin.Intruder]]) {
      const tall = n * (height - 14) / most;
      top -= tall;
      if (n) chart.append(svg('rect', {class: kind, x: i * step + 1, width: step - 2, y: top, height: tall}));
    }
    if (bin.Intruder + bin.Usual === most) label(chart, i * step + step / 2, top - 4, number(most), i > bins.length / 2 ? 'end' : 'middle');
    if (i % 12 === 0) label(chart, i * step, 100, clock(bin.From), 'start');
  });
  label(chart, width, 100, 'now', 'end');
  $('failures').replaceChildren(chart);
}

function label(chart, x, y, text, anchor) {
  const made = svg('text', {x, y, 'text-anchor': anchor});
  made.textContent = text;
  chart.append(made);
}

async function detail(mark) {
  $('what').replaceChildren(mark.Text, ...mark.Rules.map(rule => make('span', rule, 'rule')));
  $('who').replaceChildren(exactly(mark.Time) + '  ', whom(mark));
  $('attributes').replaceChildren();
  $('detail').showModal();
  const said = await fetch('event?uuid=' + encodeURIComponent(mark.UUID));
  if (!said.ok) {
    $('who').textContent = await said.text();
    return;
  }
  const event = await said.json();
  $('open').href = event.link;
  $('attributes').replaceChildren(...Object.entries(event.attributes).sort().map(([name, value]) => {
    const row = make('tr');
    row.append(make('td', name), make('td', value));
    return row;
  }));
}

$('close').addEventListener('click', () => $('detail').close());
refresh();
