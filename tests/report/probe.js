// Checks a copy of the report from inside, and reports each problem in one line. Needs look.js.
"use strict";

const least = Number(location.search.slice(1)); // minimum text size in pixels

addEventListener("load", () => {
	const found = new Set();
	const images = [...document.images];
	for (const image of images)
		if (!image.complete || image.naturalWidth === 0 || image.getBoundingClientRect().width < 8)
			found.add(`an image is not drawn: ${image.alt}`);
	if (images.length + document.querySelectorAll("svg image").length === 0) found.add("there is no image");
	if (document.querySelectorAll("svg path.line").length === 0) found.add("there is no curve");

	// By keyboard: each chart's values in turn, from the last one, and the scale of the loss.
	const press = (e, key) => e.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
	const claim = (ok, text) => ok || found.add(text);
	const charts = [...document.querySelectorAll(".chart")];
	const sliders = charts.filter((e) => e.getAttribute("role") === "slider");
	claim(sliders.length >= 2, "the curves cannot be read by keyboard");
	for (const chart of sliders) {
		const name = chart.getAttribute("aria-label"), says = () => chart.getAttribute("aria-valuetext");
		claim(!chart.querySelector(".value"), `${name}: a value is shown without pointer and focus`);
		chart.focus();
		claim(document.activeElement === chart && chart.querySelector(".value"), `${name}: no value is shown after it has the focus`);
		const last = says();
		press(chart, "Home");
		const first = says();
		press(chart, "ArrowRight");
		const words = chart.querySelector(".value").textContent.match(/^\w+ [\d.e-]*\d/)[0];
		claim(says().startsWith(words), `${name}: says ${says()} and shows ${words}`);
		press(chart, "End");
		claim(says() === last && (chart.getAttribute("aria-valuemax") === "0" || first !== last), `${name}: End does not go to the last value`);
		chart.blur();
		claim(!chart.querySelector(".value"), `${name}: a value remains`);
		const box = chart.getBoundingClientRect();
		chart.dispatchEvent(new PointerEvent("pointermove", { clientX: box.left + box.width * 0.4, clientY: box.top + 50 }));
		claim(chart.querySelector(".value"), `${name}: no value is shown under the pointer`);
		chart.dispatchEvent(new PointerEvent("pointerleave"));
	}
	for (const chart of charts) {
		const box = chart.getBoundingClientRect(), unit = chart.querySelector(".unit"), line = chart.querySelector(".line");
		for (const text of chart.querySelectorAll("text"))
			claim(text.getBoundingClientRect().left > box.left - 1 && text.getBoundingClientRect().right < box.right + 8, `a chart is too narrow for "${text.textContent}"`);
		claim(!unit || /^\w/.test(unit.textContent), `a unit is "${unit?.textContent}"`);
		if (chart.getAttribute("aria-valuemax") === "0")
			claim(parseFloat(getComputedStyle(line).strokeWidth) > 5, "a single value is too small to see");
	}
	for (const rates of charts.filter((e) => e.textContent.startsWith("Learning rate")))
		claim(!rates.textContent.includes("log scale"), "a schedule loses its shape on a log scale");
	for (const choice of document.querySelectorAll(".choice input")) {
		const before = choice.closest("figure").querySelector(".line").getAttribute("d");
		choice.click();
		claim(choice.closest("figure").querySelector(".line").getAttribute("d") !== before, "the log scale changes nothing");
		choice.click();
	}
	for (const chart of charts) claim(chart.getBoundingClientRect().width <= 545, `a chart is ${chart.getBoundingClientRect().width} wide`);
	for (const values of document.querySelectorAll(".values")) {
		claim(values.querySelector("summary").offsetHeight >= 24 || matchMedia("print").matches || !values.offsetHeight, "a table of values is hard to tap");
		values.open = true;
		claim(values.querySelectorAll("tbody tr").length > 0, "a table of values is empty");
	}

	const texts = readable(least, found);
	if (document.documentElement.scrollWidth > innerWidth) found.add(`wider than the window: ${document.documentElement.scrollWidth} > ${innerWidth}`);

	for (const e of document.querySelectorAll(".scroll"))
		if (e.scrollWidth > e.clientWidth) found.add(`must be scrolled: ${e.firstChild.className}, ${e.scrollWidth} > ${e.clientWidth}`);

	// Labels and ticks of a chart must not overlap.
	for (const svg of document.querySelectorAll("svg")) {
		const boxes = [...svg.querySelectorAll(":scope > text")].map((e) => [e.textContent, e.getBoundingClientRect()]);
		boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
			const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
			const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
			if (x > 0 && y > 4) found.add(`"${a}" overlaps "${b}"`);
		}));
	}
	const dark = luminance(background(document.body)) < 0.2 ? "dark" : "light";
	parent.postMessage([`PROBE ${dark}, ${innerWidth} px: ${images.length} images, ${texts} texts`, ...found].join("\nPROBE "), "*");
});
