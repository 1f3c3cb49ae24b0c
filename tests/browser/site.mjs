// node site.mjs SITE SHOTS: opens pages of the documentation's site, wide and on a phone, searches it, and says what is not as it should be.
// It leaves a screenshot of each in SHOTS. It ends with 0 where nothing was wrong; the last line is a count.
import { createServer } from "node:http";
import { mkdirSync, readFileSync, readdirSync, statSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { chromium } from "playwright-core";

const [site, shots] = process.argv.slice(2).map(path => resolve(path));
const looked = ["index", "README.ko", "docs/index", "docs/tutorial", "docs/coming-from-ansible", "docs/limits", "docs/guide/steps", "docs/recipes/nightly",
  "docs/reference/steps", "docs/reference/playbook", "docs/reference/functions", "docs/reference/kinds/http"];
const searched = { within: /within/i, 재시작: /재시작/, on_failure: /on_failure/, when: /when/i };
const complaints = [];
let checks = 0;
const check = (holds, what) => { checks++; if (!holds) { complaints.push(what); console.log(`✗ ${what}`); } };

const kinds = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".png": "image/png", ".svg": "image/svg+xml" };
const server = createServer((request, response) => {
  const path = decodeURIComponent(new URL(request.url, "http://site").pathname), file = join(site, path.endsWith("/") ? `${path}index.html` : path);
  try {
    response.writeHead(200, { "content-type": kinds[extname(file)] ?? "text/plain; charset=utf-8" }).end(readFileSync(file));
  } catch { response.writeHead(404).end(); }
});
await new Promise(listening => server.listen(0, "127.0.0.1", listening));
const home = `http://127.0.0.1:${server.address().port}/`;
mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });

async function open(name, width, colorScheme = "light") {
  const context = await browser.newContext({ viewport: { width, height: width < 500 ? 740 : 900 }, colorScheme });
  const page = await context.newPage(), at = `${name} at ${width} px`;
  page.on("console", message => check(!["error", "warning"].includes(message.type()), `${at}: the console says: ${message.text()}`));
  page.on("pageerror", error => check(false, `${at}: ${error.message}`));
  page.on("request", request => check(request.url().startsWith(home) || /^(data|blob):/.test(request.url()), `${at}: it asks for ${request.url()}`));
  page.on("response", response => check(response.status() < 400, `${at}: ${response.url()} is ${response.status()}`));
  await page.goto(`${home}${name}.html`, { waitUntil: "load" });
  return { page, at, close: () => context.close() };
}

async function looks(name, width) {
  const { page, at, close } = await open(name, width);
  const wide = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  check(wide[0] <= wide[1], `${at}: the page is ${wide[0]} px wide`);
  check((await page.locator("h1").innerText()).length > 1, `${at}: it has no title`);
  // A table may scroll by itself, but its first column has to be there to read.
  const cells = await page.locator("article td:first-child").evaluateAll(all => all.filter(one => one.getBoundingClientRect().right > innerWidth).map(one => one.textContent.slice(0, 30)));
  check(cells.length === 0, `${at}: cells end outside of the window: ${cells.join(" · ")}`);
  if (looked.includes(name)) await page.screenshot({ path: join(shots, `${name.replaceAll("/", "-")}-${width}.png`), fullPage: (await page.evaluate(() => document.documentElement.scrollHeight)) < 12000 });
  await close();
}

async function finds(word, width) {
  const { page, at, close } = await open("index", width);
  if (width < 1000) await page.locator("label[for=__search]").first().click();
  await page.locator(".md-search__input").focus();
  await page.waitForFunction(() => !/Initializing/.test(document.querySelector(".md-search-result__meta").textContent));
  await page.locator(".md-search__input").fill(word);
  await page.locator(".md-search__input").dispatchEvent("keyup");      // what a keyboard does, and an input method at its end
  await page.waitForFunction(() => document.querySelectorAll(".md-search-result__link").length > 0, null, { timeout: 10000 }).catch(() => {});
  const hits = page.locator(".md-search-result__link"), found = await hits.count();
  check(found > 0, `${at}: the search finds nothing for ${word}`);
  await page.screenshot({ path: join(shots, `search-${word}-${width}.png`) });
  if (found > 0) {
    await Promise.all([page.waitForURL(/[?]h=/), hits.first().click()]);
    await page.waitForLoadState("load");
    check(searched[word].test(await page.locator("article").innerText()), `${at}: what the search for ${word} leads to does not have the word: ${page.url()}`);
    console.log(`${at}: ${word} leads to ${page.url().replace(home, "")} (${found} hits)`);
  }
  await close();
}

// Whatever page it is, it must not be wider than a phone.
const all = readdirSync(site, { recursive: true }).filter(file => file.endsWith(".html") && file !== "404.html" && statSync(join(site, file)).isFile()).map(file => file.slice(0, -5));
for (const name of looked) check(all.includes(name), `there is no page ${name}`);
for (const name of all)
  for (const width of looked.includes(name) ? [1280, 360] : [360]) await looks(name, width);
for (const word of Object.keys(searched)) for (const width of [1280, 360]) await finds(word, width);
await browser.close();
server.close();
console.log(`${all.length} pages, ${checks} checks, ${complaints.length} complaints`);
process.exitCode = complaints.length ? 1 : 0;
