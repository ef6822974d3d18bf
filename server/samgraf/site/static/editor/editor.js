// @ts-check
// The field that the query is written in: YASQE, made to be left by Tab, named for those who
// hear it, coloured by the page (editor.css), and asking nobody outside for anything.

import { element } from "./dom.js";
import { complete, completeWhileTyping, follow } from "./completion.js";

const GUTTER = "gutterErrorBar";
const CLOSING = { Esc: (cm) => cm.closeHint() };

/** Put the editor in the place of `textarea`; return it, or null where it is not to be had. */
export function makeEditor(textarea, place, { words, names, run }) {
  const Yasqe = globalThis.Yasqe;
  if (!Yasqe) {
    return null;
  }
  Yasqe.defaults.autocompleters = []; // they would ask other hosts
  // what the service knows without declaration is no fault here either
  Yasqe.extendMode("sparql11", {
    startState() {
      return Object.assign(this._startState(), { prefixes: { ...names.prefixes } });
    },
  });
  const yasqe = new Yasqe(place, {
    value: textarea.value,
    autocompleters: [],
    prefixCcApi: null,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    // its own marks would be written with inline styles; the service says what is wrong
    syntaxErrorCheck: false,
    highlightSelectionMatches: false,
    viewportMargin: Number.POSITIVE_INFINITY,
    cursorHeight: 1,
  });
  const keys = { ...yasqe.getOption("extraKeys") };
  for (const key of ["Ctrl-S", "Shift-Ctrl-F", "Shift-Ctrl-K", "Shift-Ctrl-D"]) {
    delete keys[key]; // they stand in the way of the browser's own
  }
  const suggest = () => complete(yasqe, names);
  const ask = () => {
    yasqe.closeHint();
    run();
  };
  yasqe.setOption("extraKeys", {
    ...keys,
    Tab: false,
    "Shift-Tab": false,
    Esc: false,
    "Ctrl-Enter": ask,
    "Cmd-Enter": ask,
    "Ctrl-Space": suggest,
    "Alt-Space": suggest,
  });
  yasqe.on("inputRead", () => completeWhileTyping(yasqe, names));
  yasqe.on("change", (_, { origin }) => origin === "complete" && yasqe.closeHint()); // it is taken
  yasqe.on("cursorActivity", () => follow(yasqe, names));
  // a list that is still to come is given up as one that is there
  yasqe.on("startCompletion", () => yasqe.addKeyMap(CLOSING));
  yasqe.on("endCompletion", () => yasqe.removeKeyMap(CLOSING));
  yasqe.on("blur", () => yasqe.state.completionActive?.widget || yasqe.closeHint());

  // the label and the help are now those of the field inside
  const field = yasqe.getInputField();
  const { id } = textarea;
  textarea.hidden = true;
  textarea.required = false;
  textarea.removeAttribute("id");
  field.id = id;
  field.setAttribute("aria-describedby", textarea.getAttribute("aria-describedby"));
  const scroller = yasqe.getScrollerElement();
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "group");
  scroller.setAttribute("aria-label", names.scroll);
  new ResizeObserver(() => yasqe.refresh()).observe(yasqe.getWrapperElement());

  /** Return a place that the service tells: it counts lines, and characters of any plane, from 1. */
  const placeAt = (line, column) => ({ line: line - 1, ch: [...yasqe.getLine(line - 1)].slice(0, column - 1).join("").length });
  let marked = null;
  const unmark = () => {
    if (marked !== null) {
      yasqe.clearGutter(GUTTER);
      yasqe.removeLineClass(marked, "background", "at-fault");
      marked = null;
    }
  };
  yasqe.on("change", unmark);

  return {
    unmark,
    focus: () => yasqe.focus(),
    get text() {
      return yasqe.getValue();
    },
    /** Put in `text`, which can be undone. */
    set text(text) {
      yasqe.setValue(text);
    },
    /** Mark the place that the service stumbled at; both count from 1. */
    mark(line, column) {
      unmark();
      const at = placeAt(Math.min(line, yasqe.lineCount()), column);
      marked = yasqe.getLineHandle(at.line);
      yasqe.addLineClass(marked, "background", "at-fault");
      const sign = element("span", { class: "fault", role: "img", "aria-label": words.text("fault_here") }, "!");
      yasqe.setGutterMarker(marked, GUTTER, sign);
      yasqe.setCursor(at, null, { scroll: false });
    },
    /** Put `text` in the place of `term`; both count from 1. Return whether `term` still stands there. */
    replace(term, line, column, text) {
      if (line > yasqe.lineCount()) {
        return false;
      }
      const start = placeAt(line, column);
      const rows = term.split("\n");
      const last = rows[rows.length - 1].length;
      const end = { line: start.line + rows.length - 1, ch: rows.length > 1 ? last : start.ch + last };
      if (yasqe.getRange(start, end) !== term) {
        return false;
      }
      yasqe.replaceRange(text, start, end);
      yasqe.setCursor({ line: start.line, ch: start.ch + text.length });
      return true;
    },
    /** Write out what prefixes the query uses without saying what they are; return how many. */
    declare(prefixes) {
      const used = undeclared(yasqe).filter((name) => Object.hasOwn(prefixes, name));
      if (used.length > 0) {
        const lines = used.sort().map((name) => `PREFIX ${name}: <${prefixes[name]}>\n`);
        yasqe.replaceRange(lines.join(""), { line: 0, ch: 0 });
      }
      return used.length;
    },
  };
}

/** Return the prefixes that the query uses, without those that it declares. */
function undeclared(yasqe) {
  const [used, declared] = [new Set(), new Set()];
  let before = "";
  for (let line = 0; line < yasqe.lineCount(); line += 1) {
    for (const { string, type } of yasqe.getLineTokens(line)) {
      const name = /^([\p{L}\p{N}_.-]*):/u.exec(string);
      if (name && type !== "comment" && type !== "string") {
        (/^PREFIX$/i.test(before) ? declared : used).add(name[1]);
      }
      before = type === "comment" || type === "ws" || !string.trim() ? before : string;
    }
  }
  return [...used].filter((name) => !declared.has(name));
}
