// Drives Debian's Chromium through one page: what stands there, what becomes of the submission. Reads a plan, prints what it saw.
import { chromium } from "playwright-core";

const plan = JSON.parse(process.argv[2]);
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
flags.push("--disable-component-update", "--disable-sync");
const browser = await chromium.launch({ executablePath: plan.chromium, args: flags });
try {
  console.log(JSON.stringify(await visited(await browser.newPage({ locale: "vi-VN", viewport: { width: 900, height: 640 } }))));
} finally {
  await browser.close();
}

async function visited(page) {
  const seen = { outside: [], troubles: [] };
  await page.route("**/*", (route) => {
    const host = new URL(route.request().url()).hostname;
    if (host === "127.0.0.1" || host === "") return route.continue();
    seen.outside.push(host);
    return route.abort();
  });
  page.on("pageerror", (error) => seen.troubles.push(String(error)));
  page.on("console", (message) => message.type() === "error" && seen.troubles.push(message.text()));
  await page.addInitScript((config) => { window.CONFIG = config; }, plan.config);
  await page.goto(plan.page);
  await page.waitForFunction(() => window.ready);
  await page.evaluate(() => window.ready.then(() => null));
  await page.waitForSelector(plan.shown);
  await page.waitForTimeout(300);
  // Drafts of form-js name files that only live in the page: there the old page itself is used.
  if (plan.upload) await page.setInputFiles(plan.upload, { name: "cccd.png", mimeType: "image/png", buffer: Buffer.from("PNG") });
  seen.papers = await page.locator(plan.paper).count();
  seen.notices = await page.locator('[role="status"]:visible').allInnerTexts();
  await shot(page, "shown");
  await page.locator(plan.send).click();
  await page.waitForFunction((said) => window.outcome || document.body.innerText.includes(said), plan.said, { timeout: 10000 });
  await page.waitForTimeout(500);
  seen.outcome = await page.evaluate(() => window.outcome || "refused");
  seen.taken = await page.evaluate(() => window.taken || null);
  seen.text = await page.evaluate(() => document.body.innerText);
  await shot(page, "sent");
  return seen;
}

async function shot(page, moment) {
  if (plan.shots?.[moment]) await page.screenshot({ path: plan.shots[moment], fullPage: true });
}
