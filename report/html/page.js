// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page does beyond being read: sort, filter and open tables, zoom time and stacks.
 * Texts of the recording are only ever read and written as text.
 */
'use strict';
(() => {
	const root = document.documentElement;
	const all = (selector, from = document) => [...from.querySelectorAll(selector)];
	const one = (selector, from = document) => from.querySelector(selector);

	function make(name, parent, properties = {}) {
		const e = Object.assign(document.createElement(name), properties);
		parent.append(e);
		return e;
	}

	function button(parent, text, label, act) {
		const b = make('button', parent, { type: 'button', textContent: text, title: label });
		b.setAttribute('aria-label', label);
		b.addEventListener('click', act);
		return b;
	}

	/* Light and dark: the system's, until it is chosen. */
	function themes() {
		const b = one('#theme'), system = matchMedia('(prefers-color-scheme: dark)');
		const dark = () => root.dataset.theme ? root.dataset.theme === 'dark' : system.matches;
		const show = () => { b.textContent = dark() ? 'Light' : 'Dark'; };

		b.hidden = false;
		b.addEventListener('click', () => {
			root.dataset.theme = dark() ? 'light' : 'dark';
			show();
		});
		system.addEventListener('change', show);
		show();
	}

	/* The section that is read is marked among the links. */
	function marks() {
		const links = new Map(all('nav a').map(a => [a.hash.slice(1), a]));
		const seen = new IntersectionObserver(entries => {
			for (const e of entries)
				if (e.isIntersecting)
					for (const [id, a] of links)
						a.classList.toggle('here', id === e.target.id && id !== 'top');
		}, { rootMargin: '-20% 0px -70% 0px' });

		all('section, header').forEach(s => seen.observe(s));
	}

	/*
	 * Tables
	 */

	/* What moves as one: bodies where each has a row and what belongs to it, else rows. */
	function groups(table) {
		return table.tBodies.length === 1 ? [...table.tBodies[0].rows] : [...table.tBodies];
	}

	function value(group, column) {
		const row = group.rows ? group.rows[0] : group, cell = row && row.cells[column];

		if (!cell)
			return null;
		if (cell.classList.contains('n'))
			return 'v' in cell.dataset ? Number(cell.dataset.v) : null;
		return cell.textContent;
	}

	/* Without a value: last, whatever the order. */
	function compare(a, b, down) {
		if (a === null || b === null)
			return (a === null) - (b === null);
		const order = typeof a === 'number' ? a - b : a.localeCompare(b);
		return down ? -order : order;
	}

	function sort(table, column, down) {
		const list = groups(table).map(g => [value(g, column), g]);

		list.sort((a, b) => compare(a[0], b[0], down));
		for (const [, g] of list)
			g.parentNode.append(g);
	}

	function sorts(table) {
		[...table.tHead.rows[0].cells].forEach((th, column) => {
			const b = document.createElement('button');

			b.type = 'button';
			b.append(...th.childNodes);
			th.append(b);
			b.addEventListener('click', () => {
				const number = th.classList.contains('n');
				const was = th.getAttribute('aria-sort');
				const down = was ? was === 'ascending' : number;

				for (const other of th.parentNode.cells)
					other.removeAttribute('aria-sort');
				th.setAttribute('aria-sort', down ? 'descending' : 'ascending');
				sort(table, column, down);
			});
		});
	}

	/* Of a long table the first rows are shown: those of the order it is sorted in. */
	const FEW = 40;

	function filters(input) {
		const table = one('table.' + input.dataset.filter), said = input.nextElementSibling;
		const nr = table.tBodies.length;
		let few = nr > FEW;

		const more = button(input.parentNode, '', 'Show more or fewer', () => {
			few = !few;
			show();
		});

		input.addEventListener('input', () => {
			const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
			let n = 0;

			for (const g of table.tBodies) {
				const row = g.rows[0], text = row.textContent.toLowerCase() + row.lastElementChild.title;

				g.hidden = !words.every(w => text.includes(w));
				n += !g.hidden;
			}
			said.textContent = words.length ? `${n} of ${nr}` : '';
			show();
		});
		function show() {
			table.classList.toggle('few', few && !input.value.trim());
			more.textContent = few ? `Show all ${nr}` : `Show ${FEW}`;
			more.hidden = nr <= FEW || !!input.value.trim();
		}
		show();
	}

	/* A function's row opens its code. */
	function opens(row) {
		const body = row.parentNode, name = one('.fn', row);

		function turn() {
			const open = body.classList.toggle('open');

			one('details', body).open = open;
			name.setAttribute('aria-expanded', String(open));
		}
		name.tabIndex = 0;
		name.setAttribute('role', 'button');
		name.setAttribute('aria-expanded', 'false');
		row.addEventListener('click', turn);
		name.addEventListener('keydown', e => {
			if (e.key === 'Enter' || e.key === ' ') {
				e.preventDefault();
				turn();
			}
		});
	}

	/* Commands are there to be run. */
	function copies(e) {
		const text = e.textContent;
		const b = button(e.tagName === 'PRE' ? e : e.parentNode, 'Copy', 'Copy the command', async () => {
			await navigator.clipboard.writeText(text);
			b.textContent = 'Copied';
			setTimeout(() => { b.textContent = 'Copy'; }, 1500);
		});

		b.className = 'take';
	}

	/* On paper nothing of VMs stays folded. */
	addEventListener('beforeprint', () => all('details.vm').forEach(d => { d.open = true; }));

	/*
	 * Time
	 */

	const units = [[1e9, 's'], [1e6, 'ms'], [1e3, 'us'], [1, 'ns']];

	/* ns, as exact as steps of so many ns need. */
	function duration(ns, step) {
		const [size, name] = units.find(u => Math.abs(ns) >= u[0]) || units[3];
		const digits = Math.max(0, Math.ceil(Math.log10(size / step) - 1e-9));

		return ns ? `${(ns / size).toFixed(Math.min(digits, 9))} ${name}` : '0';
	}

	/* 1, 2 or 5 times a power of ten, not below v. */
	function round(v) {
		const ten = 10 ** Math.floor(Math.log10(v) + 1e-9);

		return ten * (v <= ten ? 1 : v <= 2 * ten ? 2 : v <= 5 * ten ? 5 : 10);
	}

	function lanes(box) {
		const first = BigInt(box.dataset.first), slice = Number(box.dataset.slice);
		const nr = Number(box.dataset.nr), plots = all('svg.plot', box), axis = one('svg.axis', box);
		const tools = one('#zoom'), brush = make('div', box, { className: 'brush', hidden: true });
		const cross = make('div', box, { className: 'cross', hidden: true });
		let from = 0, to = nr, start = null;

		function draw() {
			const ticks = Math.max(2, axis.clientWidth / 100);
			const step = Math.max(round((to - from) * slice / ticks), 1);

			for (const p of plots)
				p.setAttribute('viewBox', `${from} 0 ${to - from} 100`);
			axis.replaceChildren();
			for (let at = Math.ceil(from * slice / step - 1e-9) * step; at < to * slice; at += step) {
				const x = 100 * (at / slice - from) / (to - from);
				const text = document.createElementNS(axis.namespaceURI, 'text');

				if (x > 95)
					break;
				text.setAttribute('class', 'tick');
				text.setAttribute('x', `${x}%`);
				text.setAttribute('y', '14');
				text.textContent = duration(at, step);
				axis.append(text);
			}
			reset.hidden = from === 0 && to === nr;
			filter.textContent = reset.hidden ? '' :
				`--filter 'time>=${tick(from)} && time<${tick(to)}'`;
		}
		function tick(at) {
			return first + BigInt(Math.round(at * slice));
		}
		function show(a, b) {
			const width = Math.min(Math.max(b - a, 1), nr);

			from = Math.min(Math.max(a, 0), nr - width);
			to = from + width;
			draw();
		}
		/* Where the pointer is: pixels in the box, and in slices. */
		function place(e) {
			const p = plots[0].getBoundingClientRect(), left = box.getBoundingClientRect().left;
			const part = Math.min(Math.max((e.clientX - p.left) / p.width, 0), 1);

			return { x: p.left - left + part * p.width, at: from + part * (to - from) };
		}
		function move(e) {
			const now = place(e);

			cross.hidden = false;
			cross.style.left = `${now.x}px`;
			said.textContent = duration(now.at * slice, (to - from) * slice / 1000);
			if (!start)
				return;
			brush.hidden = false;
			brush.style.left = `${Math.min(now.x, start.x)}px`;
			brush.style.width = `${Math.abs(now.x - start.x)}px`;
		}
		function end(e) {
			const now = place(e), was = start;

			start = null;
			brush.hidden = true;
			cross.hidden = true;
			if (Math.abs(now.x - was.x) > 4)
				show(Math.min(was.at, now.at), Math.max(was.at, now.at));
		}
		function scale(by) {
			const half = (to - from) / 2 * by, middle = (from + to) / 2;

			show(middle - half, middle + half);
		}

		button(tools, '+', 'Zoom in', () => scale(0.5));
		button(tools, '\u2212', 'Zoom out', () => scale(2));
		button(tools, '\u2190', 'Earlier', () => show(from - (to - from) / 4, to - (to - from) / 4));
		button(tools, '\u2192', 'Later', () => show(from + (to - from) / 4, to + (to - from) / 4));
		const reset = button(tools, 'Show all', 'Show all of the time', () => show(0, nr));
		const said = make('span', tools), filter = make('code', tools);

		for (const p of plots) {
			p.addEventListener('pointerdown', e => { start = place(e); });
			p.addEventListener('pointermove', move);
			p.addEventListener('pointerleave', () => { cross.hidden = true; said.textContent = ''; });
			p.addEventListener('dblclick', () => show(0, nr));
		}
		/* A drag may end beside the lane that it began in. */
		addEventListener('pointermove', e => start && move(e));
		addEventListener('pointerup', e => start && end(e));
		addEventListener('pointercancel', () => { start = null; brush.hidden = true; });
		addEventListener('resize', draw);
		draw();
	}

	/*
	 * Call stacks
	 */

	function flame(svg) {
		const frames = all('svg.f', svg).map(e => ({
			e, x: parseFloat(e.getAttribute('x')), y: Number(e.getAttribute('y')),
			width: parseFloat(e.getAttribute('width')), name: one('text', e).textContent.toLowerCase(),
		}));
		const find = one('#find'), found = one('#found'), back = one('#unzoom');

		function zoom(to) {
			const scale = 100 / to.width, end = to.x + to.width;

			for (const f of frames) {
				const above = f.y < to.y, left = (f.x - to.x) * scale;
				const out = f.x + f.width <= to.x + 1e-9 || f.x >= end - 1e-9;

				f.e.style.display = out ? 'none' : '';
				f.e.setAttribute('x', `${above ? 0 : left}%`);
				f.e.setAttribute('width', `${above ? 100 : f.width * scale}%`);
			}
			back.hidden = to === frames[0];
		}
		/* The outermost frames of that name count, so that none counts twice. */
		function search() {
			const word = find.value.trim().toLowerCase(), counted = [];
			let sum = 0;

			svg.classList.toggle('finding', !!word);
			for (const f of frames) {
				const hit = !!word && f.name.includes(word);

				f.e.classList.toggle('hit', hit);
				if (hit && !counted.some(c => c.y < f.y && c.x <= f.x + 1e-9 && f.x < c.x + c.width - 1e-9)) {
					counted.push(f);
					sum += f.width;
				}
			}
			found.textContent = word ? `${sum.toFixed(1)} %` : '';
		}

		for (const f of frames)
			f.e.addEventListener('click', () => zoom(f));
		back.addEventListener('click', () => zoom(frames[0]));
		find.addEventListener('input', search);
	}

	root.classList.add('on');
	themes();
	marks();
	all('table.sorts').forEach(sorts);
	all('input[data-filter]').forEach(filters);
	all('tr.opens').forEach(opens);
	all('.lanes').forEach(lanes);
	all('svg.flame').forEach(flame);
	if (navigator.clipboard)
		all('.copy').forEach(copies);
})();
