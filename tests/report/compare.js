// Goes through the page of `onehot compare --html` by mouse and by keyboard, in a copy of it, and
// reports each problem in one line. Needs look.js.
"use strict";
{
const least = Number(location.search.slice(1)), found = new Set();
const $ = (selector, e = document) => [...e.querySelectorAll(selector)];
const claim = (ok, text) => ok || found.add(text);
const over = (e, type = "pointerover", more = {}) => e.dispatchEvent(new PointerEvent(type, { bubbles: true, ...more }));

addEventListener("load", () => {
	const rows = () => $(".runs tbody tr"), count = rows().length;
	const marked = () => new Set($("[data-run].on").map((e) => e.dataset.run));
	const only = (k, how) => claim([...marked()].join() === k, `${how}: run ${[...marked()]} is marked, not ${k}`);
	claim($(".charts svg").length === 2, "there are not two charts");
	for (const chart of $(".charts svg")) claim($("path.line", chart).length === count, "a chart lacks curves");
	claim($(".settings i[data-run]").length === count, "not every run is a dot");
	claim(!found.size && $(".settings").every((e) => !e.hidden), "the settings are hidden");
	const texts = readable(least, found);
	claim(document.documentElement.scrollWidth <= innerWidth, `wider than the window: ${document.documentElement.scrollWidth}`);

	// Each run, by pointer, by focus, and by a click that pins it.
	for (const row of rows()) {
		const k = row.dataset.run, button = $("button", row)[0];
		over(row);
		only(k, "pointer");
		claim($(".chart .value").every((e) => e.textContent.startsWith(button.textContent)), `the charts do not show run ${k}`);
		over(document.body);
		only("", "pointer elsewhere");
		button.focus();
		only(k, "focus");
		const press = (key) => button.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
		const said = () => document.querySelector(".said").textContent;
		claim(said().startsWith(`${button.textContent}, epoch 3: loss `), `run ${k}: says ${said()}`);
		press("ArrowLeft");
		claim(said().startsWith(`${button.textContent}, epoch 2: `), `run ${k}: ArrowLeft shows ${said()}`);
		press("ArrowRight");
		press("ArrowRight");
		claim(said().startsWith(`${button.textContent}, epoch 3: `), `run ${k}: ArrowRight goes past the end: ${said()}`);
		button.blur();
		over(document.body);
	}
	const [first, second] = rows();
	$("button", first)[0].click();
	over(second);
	over(document.body);
	only(first.dataset.run, "a click");
	document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
	only("", "Escape");
	const chart = $(".chart")[1], box = chart.getBoundingClientRect();
	over(chart, "pointermove", { clientX: box.right - box.width / 50, clientY: box.top + box.height / 6 });
	claim(marked().size === 1, "pointing at a chart marks no run");

	// Every column sorts, both ways; missing values stay last.
	for (const table of $("table"))
		$("thead button", table).forEach((button, c) => {
			const cells = () => $("tbody tr", table).map((row) => row.children[c].textContent);
			const ordered = (texts, down) => {
				const known = texts.filter((s) => !s.startsWith("–")), number = known.every((s) => !isNaN(parseFloat(s)));
				claim(texts.slice(known.length).every((s) => s.startsWith("–")), `${button.textContent}: missing values are not last: ${texts}`);
				if (!number || !c || button.closest(".strip")) return;
				const up = down ? [...known].reverse() : known;
				claim(up.every((s, i) => !i || parseFloat(up[i - 1]) <= parseFloat(s)), `${button.textContent} is not in order: ${texts}`);
			};
			button.click();
			const direction = button.parentNode.ariaSort;
			ordered(cells(), direction === "descending");
			button.click();
			ordered(cells(), direction !== "descending");
			claim(direction && direction !== button.parentNode.ariaSort, `${button.textContent}: aria-sort does not change`);
			claim($("[aria-sort]", table).length === 1, `${button.textContent}: two columns are sorted`);
		});
	const dark = luminance(background(document.body)) < 0.2 ? "dark" : "light";
	parent.postMessage([`PROBE ${dark}, ${innerWidth} px: ${count} runs, ${texts} texts`, ...found].join("\nPROBE "), "*");
});
}
