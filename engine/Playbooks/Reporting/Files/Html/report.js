
"use strict";
// Searches, filters and unfolds; whatever it does not run in shows everything.
(() => {
  const tools = document.getElementById("tools"), find = document.getElementById("find"), only = document.getElementById("only");
  const expand = document.getElementById("expand"), found = document.getElementById("found");
  const steps = [...document.querySelectorAll(".step")], rows = [...document.querySelectorAll(".matrix tbody tr")];
  const texts = new Map();
  const text = element => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const show = () => {
    const words = find.value.trim().toLowerCase(), wanted = only.value;
    let shown = 0;
    for (const step of steps) {
      const results = [...step.querySelectorAll(":scope .result")];
      const titled = text(step.querySelector("summary")).includes(words);
      let any = results.length === 0 && wanted === "all" && titled;
      for (const result of results) {
        const fits = (wanted === "all" || wanted in result.dataset) && (titled || text(result).includes(words));
        result.hidden = !fits;
        any ||= fits;
      }
      step.hidden = !any;
      if (any) shown++;
    }
    const named = words && rows.some(row => text(row.cells[0]).includes(words));
    for (const row of rows) row.hidden = wanted !== "all" && !(wanted in row.dataset) || named && !text(row.cells[0]).includes(words);
    found.textContent = words || wanted !== "all" ? `${shown} of ${steps.length}` : "";
    label();
  };
  const visible = () => steps.filter(step => !step.hidden);
  const label = () => { expand.textContent = visible().length > 0 && visible().every(step => step.open) ? "Fold all" : "Expand all"; };
  // Who follows a link to a step wants to see it, whatever is searched for.
  const reveal = () => {
    const step = document.getElementById(location.hash.slice(1))?.closest(".step");
    if (!step) return;
    if (step.hidden) { find.value = ""; only.value = "all"; show(); }
    step.open = true;
    step.scrollIntoView();
  };
  tools.hidden = false;
  tools.addEventListener("submit", event => event.preventDefault());
  find.addEventListener("input", () => requestAnimationFrame(show));
  only.addEventListener("change", show);
  expand.addEventListener("click", () => {
    const open = !visible().every(step => step.open);
    for (const step of visible()) {
      step.open = open;
      for (const inner of step.querySelectorAll("details")) inner.open = open || "bad" in inner.dataset;
    }
    label();
  });
  addEventListener("hashchange", reveal);
  reveal();
})();
