// Goes through a copy of the page of `onehot explain` by mouse and by keyboard, and reports each
// problem in one line. Needs look.js.
"use strict";
{
const least = Number(location.search.slice(1)), found = new Set();
const $ = (selector, e = document) => [...e.querySelectorAll(selector)];
const visible = (e) => e.checkVisibility({ visibilityProperty: true });
const claim = (ok, text) => ok || found.add(text);
const press = (key, e = document.activeElement) => e.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const hover = (e) => e.dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
const box = document.querySelector(".origin");

addEventListener("load", () => {
	const parts = $(".stage"), stage = () => parts.findIndex(visible);
	const numbers = () => $("[data-q][tabindex]").filter((e) => visible(e) && !e.closest(".origin"));
	let made = 0, texts = 0;

	// The operands of a number: each one that the page shows is marked, also in the network.
	const pointed = (e, how) => {
		const q = e.dataset.q;
		claim(!box.hidden && box.textContent.includes(" = "), `${how} ${q}: no explanation is shown`);
		claim(e.classList.contains("self"), `${how} ${q}: it is not marked`);
		const operands = new Set($("[data-q]", box).map((x) => x.dataset.q));
		operands.delete(q);
		for (const x of $("[data-q]"))
			if (x.dataset.q !== q) claim(x.classList.contains("from") === operands.has(x.dataset.q), `${how} ${q}: ${x.dataset.q} is wrongly marked`);
		made += operands.size > 0;
	};

	claim(stage() === 0, "the first stage is not shown first");
	for (let i = 0; i < parts.length; i++) {
		claim(stage() === i && parts.filter(visible).length === 1, `stage ${i} is not shown alone`);
		claim($("[data-go][aria-current=step]").map((b) => +b.dataset.go).join() === String(i), `the button of stage ${i} is not the current one`);
		for (const e of $(".net [data-q]")) claim(visible(e) === (+e.dataset.at <= i), `${e.dataset.q} in stage ${i}`);
		for (const e of numbers()) {
			hover(e);
			pointed(e, "mouse,");
			press("Escape");
			claim(box.hidden, "Escape does not close the box");
			e.focus();
			claim(document.activeElement === e, `${e.dataset.q} cannot be focused`);
			pointed(e, "keyboard,");
		}
		claim(document.documentElement.scrollWidth <= innerWidth, `stage ${i} is wider than the window: ${document.documentElement.scrollWidth}`);
		texts += readable(least, found);
		press("ArrowRight");
	}
	claim(stage() === parts.length - 1, "ArrowRight goes past the last stage");
	press("ArrowLeft");
	claim(stage() === parts.length - 2, "ArrowLeft does not go back");
	press("Home");
	claim(stage() === 0, "Home does not go to the first stage");
	press("End");
	claim(stage() === parts.length - 1, "End does not go to the last stage");

	// By mouse: the arrows, the stages, and from a number to where it was computed.
	const [back, next] = $("[data-turn]");
	back.click();
	claim(stage() === parts.length - 2, "the button back does not go back");
	next.click();
	next.click();
	claim(stage() === parts.length - 1, "the button next does not advance, or goes too far");
	claim(next.getAttribute("aria-disabled") === "true", "the button next is not disabled at the end");
	$("[data-go]")[1].click();
	claim(stage() === 1, "the button of stage 1 does not go there");
	for (const [how, go] of [["click", (e) => e.dispatchEvent(new MouseEvent("click", { bubbles: true }))], ["Enter", (e) => press("Enter", e)]]) {
		press("End");
		const sum = $(".stage.now .sum")[0], operand = $("[data-q]", sum).find((e) => e.dataset.q !== sum.dataset.def);
		const home = $(".stage [data-name]").find((e) => e.dataset.q === operand.dataset.q);
		claim(home, `${operand.dataset.q} is not on the page`);
		go(operand);
		claim(home && parts[stage()] === home.closest(".stage"), `${how} on ${operand.dataset.q} does not go to its place`);
		claim(document.activeElement === home, `${how} on ${operand.dataset.q} does not focus it`);
	}
	const outline = getComputedStyle(document.activeElement);
	claim(outline.outlineStyle !== "none" && parseFloat(outline.outlineWidth) >= 2, "the focus is not visible");
	claim(made > 20, `only ${made} numbers have operands`);
	const dark = luminance(background(document.body)) < 0.2 ? "dark" : "light";
	parent.postMessage([`PROBE ${dark}, ${innerWidth} px: ${parts.length} stages, ${made} origins, ${texts} texts`, ...found].join("\nPROBE "), "*");
});
}
