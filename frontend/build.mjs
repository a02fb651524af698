// Builds registry/static/vendor: the style sheets, the print fonts with their licences, and lock.json.
// The output depends on package-lock.json and styles/ only, so two builds give the same bytes.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
const vendor = join(here, "..", "registry", "static", "vendor");

// The most each sheet may weigh over the wire, in bytes.
const STYLE_SHEETS = [
  { name: "site", limit: 15 * 1024 },
  { name: "light", limit: 8 * 1024 },
];

const TINOS = "@expo-google-fonts/tinos";
const BE_VIETNAM_PRO = "@expo-google-fonts/be-vietnam-pro";
const COPIES = [
  { from: [TINOS, "400Regular/Tinos_400Regular.ttf"], target: "fonts/Tinos-Regular.ttf" },
  { from: [TINOS, "700Bold/Tinos_700Bold.ttf"], target: "fonts/Tinos-Bold.ttf" },
  { from: [TINOS, "400Regular_Italic/Tinos_400Regular_Italic.ttf"], target: "fonts/Tinos-Italic.ttf" },
  { from: [TINOS, "700Bold_Italic/Tinos_700Bold_Italic.ttf"], target: "fonts/Tinos-BoldItalic.ttf" },
  { from: [TINOS, "LICENSE_FONT"], target: "fonts/Tinos-OFL.txt" },
  { from: [BE_VIETNAM_PRO, "400Regular/BeVietnamPro_400Regular.ttf"], target: "fonts/BeVietnamPro-Regular.ttf" },
  { from: [BE_VIETNAM_PRO, "600SemiBold/BeVietnamPro_600SemiBold.ttf"], target: "fonts/BeVietnamPro-SemiBold.ttf" },
  { from: [BE_VIETNAM_PRO, "700Bold/BeVietnamPro_700Bold.ttf"], target: "fonts/BeVietnamPro-Bold.ttf" },
  { from: [BE_VIETNAM_PRO, "LICENSE_FONT"], target: "fonts/BeVietnamPro-OFL.txt" },
];

// Its npm package carries no licence text.
const GOVUK_LICENCE = "govuk-frontend-LICENSE.txt";

// What the file itself is under; the npm packages of the fonts name MIT too, for their JavaScript.
const LICENCES = { [TINOS]: "OFL-1.1", [BE_VIETNAM_PRO]: "OFL-1.1", "govuk-frontend": "MIT" };

function lockEntry(target, npmPackage) {
  const { version } = JSON.parse(readFileSync(join(packages, npmPackage, "package.json"), "utf8"));
  const sha256 = createHash("sha256").update(readFileSync(join(vendor, target))).digest("hex");
  return { file: target, source: `npm:${npmPackage}`, version, licence: LICENCES[npmPackage], sha256 };
}

function compileStyles({ name, limit }) {
  const { css } = sass.compile(join(here, "styles", `${name}.scss`), {
    style: "compressed",
    charset: false,
    loadPaths: [packages],
    quietDeps: true,
  });
  writeFileSync(join(vendor, `${name}.css`), css);
  const overTheWire = gzipSync(css, { level: 9 }).length;
  console.log(`${name}.css: ${css.length} bytes, ${overTheWire} gzipped`);
  if (overTheWire > limit) throw new Error(`${name}.css weighs more than ${limit} bytes`);
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(join(vendor, "fonts"), { recursive: true });
for (const { from, target } of COPIES) copyFileSync(join(packages, ...from), join(vendor, target));
copyFileSync(join(here, "licences", "govuk-frontend.txt"), join(vendor, GOVUK_LICENCE));
STYLE_SHEETS.forEach(compileStyles);

const entries = [
  ...STYLE_SHEETS.map(({ name }) => lockEntry(`${name}.css`, "govuk-frontend")),
  lockEntry(GOVUK_LICENCE, "govuk-frontend"),
  ...COPIES.map(({ from, target }) => lockEntry(target, from[0])),
].sort((one, other) => one.file.localeCompare(other.file, "en"));
writeFileSync(join(vendor, "lock.json"), `${JSON.stringify(entries, null, 2)}\n`);
