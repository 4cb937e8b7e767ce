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
