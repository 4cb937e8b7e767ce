// Looks at the report from inside, in a copy of it, and says what is wrong: one line a finding.
"use strict";

const channels = (color) => {
	const n = color.match(/[\d.]+/g).map(Number);
	return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
};

const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));

// What is behind an element: its ancestors' backgrounds, from the outermost in.
const background = (element) => {
	const chain = [];
	for (let e = element; e; e = e.parentElement)
		chain.unshift(channels(getComputedStyle(e).backgroundColor));
	return chain.reduce((below, top) => over(top, below), [255, 255, 255]);
};

// WCAG 2: relative luminance, contrast.
const luminance = (rgb) => {
	const [r, g, b] = rgb.map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
	return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
	const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
	return (high + 0.05) / (low + 0.05);
};

const least = Number(location.search.slice(1)); // pixels of the smallest text

addEventListener("load", () => {
	const found = new Set();
	const images = [...document.images];
	for (const image of images)
		if (!image.complete || image.naturalWidth === 0 || image.getBoundingClientRect().width < 8)
			found.add(`a picture is not drawn: ${image.alt}`);
	if (images.length + document.querySelectorAll("svg image").length === 0) found.add("there is no picture");
	if (document.querySelectorAll("svg path.line").length === 0) found.add("there is no curve");

	let texts = 0;
	for (const e of document.querySelectorAll("body, body *")) {
		const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim());
		if (!own || e.closest("script, .none, title")) continue; // a title is the browser's to draw
		const style = getComputedStyle(e), svg = e.closest("svg");
		const ratio = contrast(over(channels(svg ? style.fill : style.color), background(e)), background(e));
		if (ratio < 4.5) found.add(`contrast ${ratio.toFixed(2)}: <${e.tagName} ${e.className}> ${e.textContent.slice(0, 30)}`);
		const size = parseFloat(style.fontSize) * (svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1);
		if (size < least) found.add(`${size.toFixed(1)} px: <${e.tagName} ${e.className}> ${e.textContent.slice(0, 30)}`);
		texts++;
	}
	if (document.documentElement.scrollWidth > innerWidth) found.add(`wider than the window: ${document.documentElement.scrollWidth} > ${innerWidth}`);

	for (const e of document.querySelectorAll(".scroll"))
		if (e.scrollWidth > e.clientWidth) found.add(`must be scrolled: ${e.firstChild.className}, ${e.scrollWidth} > ${e.clientWidth}`);

	// Names and ticks of a chart never lie on each other.
	for (const svg of document.querySelectorAll("svg")) {
		const boxes = [...svg.querySelectorAll(":scope > text")].map((e) => [e.textContent, e.getBoundingClientRect()]);
		boxes.forEach(([a, p], i) => boxes.slice(i + 1).forEach(([b, q]) => {
			const x = Math.min(p.right, q.right) - Math.max(p.left, q.left);
			const y = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
			if (x > 0 && y > 4) found.add(`"${a}" lies on "${b}"`);
		}));
	}
	const dark = luminance(background(document.body)) < 0.2 ? "dark" : "light";
	parent.postMessage([`PROBE ${dark}, ${innerWidth} px: ${images.length} pictures, ${texts} texts`, ...found].join("\nPROBE "), "*");
});
