// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in a page, behind its own script, and uses it as a person does.  Each check is a line of
 * an element that the test reads: "ok NAME" or "not ok NAME: GOT".
 */
'use strict';
(() => {
	const all = (s, from = document) => [...from.querySelectorAll(s)];
	const one = (s, from = document) => from.querySelector(s);
	const out = [];

	function is(name, got, want) {
		out.push(got === want ? `ok ${name}` : `not ok ${name}: ${got}, not ${want}`);
	}
	const point = (type, e, part) => {
		const r = e.getBoundingClientRect();

		e.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: r.left + part * r.width,
			clientY: r.top + 2 }));
	};
	const type = (input, text) => {
		input.value = text;
		input.dispatchEvent(new Event('input'));
	};
	const cells = (table, name) => [...table.tBodies].map(b => one(`td[data-k="${name}"]`, b.rows[0]));
	const values = (table, name) => cells(table, name).filter(td => 'v' in td.dataset).map(td => Number(td.dataset.v));
	const sorted = (list, down) => list.every((v, i) => !i || (down ? list[i - 1] >= v : list[i - 1] <= v));

	function tables() {
		const table = one('table.hot'), heads = all('thead th button', table);
		const head = text => heads.find(b => b.textContent === text);
		const rows = table.tBodies.length;

		const first = heads.findIndex(b => b.parentNode.getAttribute('aria-sort') === 'descending');

		is('sorted at first by the column that is marked',
			sorted([...table.tBodies].map(b => Number(b.rows[0].cells[first].dataset.v)), true), true);
		head('Samples').click();
		is('a click sorts, the largest first', sorted(values(table, 'samples'), true), true);
		is('and is marked', head('Samples').parentNode.getAttribute('aria-sort'), 'descending');
		head('Samples').click();
		is('another turns it', sorted(values(table, 'samples'), false), true);
		head('L1D miss').click();
		is('rows without value come last', cells(table, 'l1d_miss').map(td => 'v' in td.dataset).join().includes('false,true'), false);
		head('Function').click();
		is('names are sorted from a', sorted(all('.fn', table).map(e => e.textContent)
			.map((t, i, l) => i && l[i - 1].localeCompare(t) > 0 ? -1 : i), false), true);
		is('no row is lost', table.tBodies.length, rows);
		const input = one('input[data-filter="hot"]'), name = one('.fn', table).textContent;

		type(input, name.toUpperCase());
		const left = [...table.tBodies].filter(b => !b.hidden);
		is('the filter leaves rows of that name', left.length > 0 &&
			left.every(b => b.textContent.includes(name)), true);
		type(input, 'no such function');
		is('or none', [...table.tBodies].every(b => b.hidden), true);
		type(input, '');
		is('and all again', [...table.tBodies].some(b => b.hidden), false);
		head('Cost').click();
		const row = one('tr.opens', table), code = row && row.nextElementSibling;

		if (!row)
			return;

		is('code is folded', getComputedStyle(code).display, 'none');
		row.click();
		is('a click opens it', getComputedStyle(code).display, 'table-row');
		is('with its lines', one('table.insns', code).offsetHeight > 0, true);
		row.click();
		is('another folds it', getComputedStyle(code).display, 'none');
	}

	function time() {
		const plots = all('.lanes svg.plot'), box = () => plots[0].getAttribute('viewBox').split(' ').map(Number);
		const nr = Number(one('.lanes').dataset.nr), tools = one('#zoom');
		const zoom = label => one(`button[aria-label="${label}"]`, tools);

		point('pointerdown', plots[0], 0.25);
		point('pointermove', plots[0], 0.5);
		is('a drag is seen', one('.brush').hidden, false);
		point('pointerup', plots[0], 0.5);
		is('it zooms', Math.abs(box()[0] - nr / 4) < 2 && Math.abs(box()[2] - nr / 4) < 2, true);
		is('all lanes alike', new Set(plots.map(p => p.getAttribute('viewBox'))).size, 1);
		is('and says the filter', /^--filter 'time>=\d+ && time<\d+'$/.test(one('code', tools).textContent), true);
		is('the axis follows', one('svg.axis text').getAttribute('x') !== '0%' &&
			all('.lanes svg.axis text').length > 1, true);
		zoom('Zoom out').click();
		is('out is twice as much', Math.round(box()[2] / (nr / 4)), 2);
		zoom('Show all of the time').click();
		is('all', box().join(), `0,0,${nr},100`);
		zoom('Zoom in').click();
		zoom('Later').click();
		is('later', box()[0] > nr / 4, true);
		zoom('Show all of the time').click();
	}

	function flame() {
		const frames = all('svg.flame svg.f'), shown = () => frames.filter(f => f.style.display !== 'none');
		const frame = frames.find(f => Number(f.getAttribute('y')) > 40 && parseFloat(f.getAttribute('width')) < 90);

		frame.dispatchEvent(new MouseEvent('click', { bubbles: true }));
		is('a click widens a frame', frame.getAttribute('width'), '100%');
		is('what is beside it is gone', shown().length < frames.length, true);
		one('#unzoom').click();
		is('and comes back', shown().length, frames.length);
		const name = one('text', frame).textContent;

		type(one('#find'), name);
		is('a name is found', frame.classList.contains('hit') && /^[0-9.]+ %$/.test(one('#found').textContent), true);
		type(one('#find'), '');
		is('until it is gone', one('.hit'), null);
	}

	function looks() {
		const ground = () => getComputedStyle(document.body).backgroundColor, before = ground();

		if (one('.on')) {
			one('#theme').click();
			is('dark and light', ground() !== before, true);
			one('#theme').click();
			is('and back', ground(), before);
		}
		is('no wider than the window', document.documentElement.scrollWidth <= innerWidth, true);
		is('pictures have a size', all('svg').every(s => s.closest('details:not([open])') ||
			s.getBoundingClientRect().width > 0 || s.closest('[hidden], tr.code, .few, .f')), true);
	}

	/* The test's first script is the function that hostile names would call. */
	function hostile() {
		is('nothing of the recording ran', 'ran' in window, false);
		is('nor is it an element', all('img, script').length, one('.on') ? 3 : 2);
	}

	/* Where the page's script does not run. */
	function still() {
		is('code can be opened', all('tr.code summary').every(s => s.offsetHeight > 0), true);
		is('and is in its row', all('tr.code').every(r => getComputedStyle(r).display === 'table-row'), true);
		is('no tool is there that does nothing', all('.js, #theme').every(e => !e.offsetHeight), true);
		is('all rows are there', all('table.hot tr[data-world]').every(r => r.offsetHeight > 0), true);
		is('times are', all('.lanes svg.axis text').length > 2, true);
	}

	try {
		if (!document.documentElement.classList.contains('on'))
			still();
		else if (one('table.hot'))
			tables();
		if (one('#zoom button'))
			time();
		if (one('#find') && one('.on'))
			flame();
		looks();
		hostile();
	} catch (e) {
		out.push(`not ok ${e.stack}`);
	}
	const pre = document.createElement('pre');

	pre.id = 'results';
	pre.textContent = out.join('\n');
	document.body.append(pre);
})();
