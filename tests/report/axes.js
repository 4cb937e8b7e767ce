// The script of a page: checks the axes and numbers of chart.js, and writes its findings into the page.
const wrong = [], claim = (ok, text) => ok || wrong.push(text);
for (const scale of [1e-6, 0.02, 1, 37, 1e5, 1e30])
	for (const [from, to] of [[1, 7], [-2, 5], [3, 3], [0, 0], [1, 1.0001], [0.5, 900]])
		for (const axis of [linear(from * scale, to * scale), linear(from * scale, to * scale, { zero: true }), ...from > 0 ? [logarithmic(from * scale, to * scale)] : []]) {
			const name = `${from * scale} to ${to * scale}: ${axis.ticks}`;
			claim(axis.at(from * scale) >= -1e-9 && axis.at(to * scale) <= 1 + 1e-9, `a value is outside: ${name}`);
			claim(axis.ticks.length >= 2 && axis.ticks.length <= 12, `too few or too many ticks: ${name}`);
			claim(axis.ticks.every((x, i) => !i || x > axis.ticks[i - 1]), `the ticks are not in order: ${name}`);
			claim(Math.abs(axis.at(axis.ticks[0])) < 1e-9, `the first tick is not at the beginning: ${name}`);
		}
for (const [from, to] of [[0.9, 1], [1, 1], [0, 1], [0.99, 0.999], [0, 0]]) {
	const axis = linear(from, to, { as_percent: true });
	claim(axis.high <= 1 + 1e-9 && axis.at(from) >= -1e-9 && axis.at(to) <= 1 + 1e-9, `beyond 100 %: ${from} to ${to}: ${axis.ticks}`);
}
for (const last of [1, 2, 3, 8, 15, 40, 500, 12345, 1e6]) {
	const { ticks, at } = epochs_axis(last);
	claim(ticks[0] === 1 && ticks.length <= 9 && ticks.every((n) => n % 1 === 0 && n <= last && at(n) >= 0 && at(n) <= 1), `epochs 1 to ${last}: ${ticks}`);
}
for (const [x, text] of [[0, "0.00 %"], [1e-6, "< 0.01 %"], [0.00006, "0.01 %"], [0.5, "50.00 %"], [0.9999, "99.99 %"], [0.999999, "> 99.99 %"], [1, "100.00 %"], [null, "–"]])
	claim(percent(x) === text, `${x} is ${percent(x)}, not ${text}`);
for (const [x, text] of [[0, "0.0000"], [0.96666666666, "0.9667"], [4.28e-6, "4.28e-6"], [0.00012345, "0.000123"], [12345, "1.23e+4"], [null, "–"]])
	claim(decimals(x) === text, `${x} is ${decimals(x)}, not ${text}`);

// Values of scipy.stats.binomtest(k, n).proportion_ci(method='wilson').
for (const [k, n, low, high] of [[9808, 10000, 0.9779200, 0.9833108], [0, 10, 0, 0.2775328], [10, 10, 0.7224672, 1], [29, 30, 0.8332960, 0.9940914]]) {
	const [a, b] = wilson(k / n, n);
	claim(Math.abs(a - low) < 1e-6 && Math.abs(b - high) < 1e-6, `${k} of ${n}: ${a} to ${b}`);
}
claim(html`<b>${"<i>&\""}</b>${[html`<u>`, null, false, 0]}`.text === "<b>&lt;i&gt;&amp;&quot;</b><u>0", "markup is not escaped");
find(".filters").after(add(document.body, "p", {}, wrong.join("; ") || "nothing is wrong"));
