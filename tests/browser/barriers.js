// Asks axe about the parts of a page that are unlike those it has judged before.
//
// A part is a block with all that is in it. Its shape is its tags, states and looks, and whether it
// says something, but not what it says nor where it leads. Parts are alike when they have the same
// shape and everything around them has the same tags, states and looks.

// Of these attributes it counts whether they say something; of data-… that they are there.
const WORDS = new Set(["action", "alt", "aria-label", "cite", "datetime", "download", "href",
  "max", "min", "name", "nonce", "placeholder", "src", "srcset", "title", "value"]);
// And of these whether they lead to something.
const REFERENCES = new Set(["aria-controls", "aria-describedby", "aria-labelledby", "aria-owns",
  "for", "form", "headers", "list"]);
const LOOKS = ["color", "backgroundColor", "backgroundImage", "display", "fontSize", "fontWeight",
  "opacity", "position", "textDecorationLine", "textShadow", "visibility"];
// Axe does not judge the contrast of a single letter or sign.
const TEXT = /[\p{L}\p{N}].*[\p{L}\p{N}]/su;

// Returns the serious and the critical barriers, and the parts that were judged; known are the
// parts that need not be, between spaces.
globalThis.findBarriers = async (known) => {
  const fresh = markKnown(new Set(known.split(" ")));
  if (fresh.length === 0) return { fresh, found: [] };
  // The impact of a barrier is that of its rule, so that others need not be run.
  const rules = axe._audit.rules
    .filter((rule) => rule.enabled && ["serious", "critical"].includes(rule.impact))
    .map((rule) => rule.id);
  const { violations } = await axe.run(
    { exclude: ["[data-known]"] },
    { resultTypes: ["violations"], runOnly: { type: "rule", values: rules } },
  );
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 120)),
  }));
  return { fresh, found };
};

// Marks the known parts, of like ones on this page all but the first, and returns the others.
function markKnown(known) {
  for (const part of document.querySelectorAll("[data-known]")) {
    part.removeAttribute("data-known");
  }
  const times = new Map();
  for (const { id } of document.querySelectorAll("[id]")) times.set(id, (times.get(id) ?? 0) + 1);

  const fresh = [];
  const mark = (part) => {
    if (part.isBlock && known.has(part.key)) {
      part.element.setAttribute("data-known", "");
      return;
    }
    if (part.isBlock) {
      known.add(part.key);
      fresh.push(part.key);
    }
    part.inside.forEach(mark);
  };
  mark(read(document.documentElement, "", times));
  return fresh;
}

function read(element, around, times) {
  const style = getComputedStyle(element);
  const own = [
    element.localName,
    ...[...element.attributes].map((attribute) => stated(attribute, times)).sort(),
    ...LOOKS.map((look) => style[look]),
  ].join("|");
  const surroundings = hash(`${around}>${own}`);
  const part = { element, isBlock: style.display !== "inline", inside: [] };
  const shape = [own, element.labels?.length];
  if (style.overflow !== "visible") {
    shape.push(element.scrollWidth > element.clientWidth);
    shape.push(element.scrollHeight > element.clientHeight);
  }
  for (const child of element.childNodes) {
    let said = "";
    if (child.nodeType === Node.TEXT_NODE && child.data.trim()) {
      said = TEXT.test(child.data) ? "text" : "sign";
    } else if (child.nodeType === Node.ELEMENT_NODE) {
      const inner = read(child, surroundings, times);
      part.inside.push(inner);
      said = inner.shape;
    }
    // How many like rows follow each other makes no difference.
    if (said && said !== shape.at(-1)) shape.push(said);
  }
  part.shape = hash(shape.join(","));
  part.key = hash(`${around}>${part.shape}`);
  return part;
}

function stated({ name, value }, times) {
  if (name === "id") return times.get(value) > 1 ? "id twice" : "id";
  if (name.startsWith("data-")) return name;
  if (REFERENCES.has(name)) {
    return `${name}=${value.trim().split(/\s+/).map((id) => times.has(id))}`;
  }
  if (name === "href" && value.startsWith("#")) return `#=${times.has(value.slice(1))}`;
  return WORDS.has(name) ? `${name}=${value.trim() !== ""}` : `${name}=${value}`;
}

function hash(text) {
  let [one, other] = [5381, 52711];
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    one = Math.imul(one, 33) ^ code;
    other = Math.imul(other, 1597334677) ^ code;
  }
  return (one >>> 0).toString(36) + (other >>> 0).toString(36);
}
