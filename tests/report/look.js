// Shared by probe.js and walk.js: checks how readable text is.
"use strict";

const channels = (color) => {
	const n = color.match(/[\d.]+/g).map(Number);
	return [n[0], n[1], n[2], n.length > 3 ? n[3] : 1];
};

const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));

// The background of an element: its ancestors' backgrounds, blended from the outermost in.
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

// Adds visible text that is hard to read to `found`; returns the number of texts.
const readable = (least, found) => {
	let texts = 0;
	for (const e of document.querySelectorAll("body, body *")) {
		const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue.trim());
		if (!own || e.closest("script, style, .none, title") || !e.checkVisibility({visibilityProperty: true})) continue; // the browser draws titles
		const style = getComputedStyle(e), svg = e.closest("svg");
		const ratio = contrast(over(channels(svg ? style.fill : style.color), background(e)), background(e));
		if (ratio < 4.5) found.add(`contrast ${ratio.toFixed(2)}: <${e.tagName} ${e.className}> ${e.textContent.slice(0, 30)}`);
		const size = parseFloat(style.fontSize) * (svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1);
		if (size < least) found.add(`${size.toFixed(1)} px: <${e.tagName} ${e.className}> ${e.textContent.slice(0, 30)}`);
		texts++;
	}
	return texts;
};
