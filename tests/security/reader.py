"""Reads an answer the way a strict browser and a screen reader do; one pass, because a walk reads a thousand pages."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

UNSEEN = frozenset({"script", "style", "template"})
VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
CONTROLS = frozenset({"input", "select", "textarea"})
SILENT_INPUTS = frozenset({"hidden"})
SPEAKING_INPUTS = frozenset({"submit", "button", "reset"})
SPOKEN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "aria-description", "summary")
SO_FAR = "text so far"
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset")


@dataclass(slots=True)
class Control:
    """`told` is what names it: its own attributes, the label around it, and later the label that points to it."""

    tag: str
    id: str
    told: str


@dataclass
class Reading(HTMLParser):
    """`words` are what is shown in the page's own language: text and spoken attributes outside `lang` of another."""

    html: str
    lang: str = ""
    title: str = ""
    headings: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    scripts: list[str | None] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    labelled: dict[str, str] = field(default_factory=dict)
    by_id: dict[str, str] = field(default_factory=dict)
    labelled_by: list[tuple[Control, str]] = field(default_factory=list)
    # Open elements: tag, language, the id a label points to, and the controls waiting for its text.
    open: list[tuple[str, str, dict[str, str], list[Control]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()
        for control in self.controls:
            control.told += self.labelled.get(control.id, "")
        for control, ids in self.labelled_by:
            control.told += " ".join(self.by_id.get(one, "") for one in ids.split())

    @property
    def nameless(self) -> list[str]:
        return [f"{control.tag}#{control.id}" for control in self.controls if not control.told.strip()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        language = told.get("lang") or (self.open[-1][1] if self.open else "")
        if tag == "html":
            self.lang = told.get("lang", "")
        if tag == "h1":
            self.headings.append("")
        self._look_for_inline(tag, told)
        where = f"{told.get('method', 'get').lower()} form" if tag == "form" else tag
        self.addresses += [(f"{where} {name}", told[name]) for name in ADDRESSES if name in told]
        spoken = [told[name] for name in SPOKEN_ATTRIBUTES if told.get(name)]
        if language in ("", self.lang):
            self.words += spoken
        waiting = self._controls_of(tag, told, spoken)
        if tag not in VOID:
            self.open.append((tag, language, told, waiting))

    def handle_endtag(self, tag: str) -> None:
        if any(one[0] == tag for one in self.open):
            while self.open and self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not data.strip() or any(one[0] in UNSEEN for one in self.open):
            return
        for tag, _, told, waiting in self.open:
            if tag == "title":
                self.title += data
            if tag == "h1":
                self.headings[-1] += data
            if told.get("id"):
                self.by_id[told["id"]] = self.by_id.get(told["id"], "") + data
            if tag == "label" and told.get("for"):
                self.labelled[told["for"]] = self.labelled.get(told["for"], "") + data
            if tag == "label":
                told[SO_FAR] = told.get(SO_FAR, "") + data
            for control in waiting:
                control.told += data
        if not self.open or self.open[-1][1] in ("", self.lang):
            self.words.append(data)

    def _look_for_inline(self, tag: str, told: dict[str, str]) -> None:
        self.inline += [f"{tag} {name}" for name in told if name == "style" or name.startswith("on")]
        self.inline += [f"{tag} {value}" for value in told.values() if value.strip().lower().startswith("javascript:")]
        if tag == "script":
            self.scripts.append(told.get("nonce"))

    def _controls_of(self, tag: str, told: dict[str, str], spoken: list[str]) -> list[Control]:
        """The control that begins here, and who waits for the text to come: buttons, links, and what a label wraps."""
        kind = told.get("type", "text").lower()
        if tag == "input" and kind in SILENT_INPUTS:
            return []
        if tag not in CONTROLS | {"button", "a"} or (tag == "a" and "href" not in told):
            return []
        control = Control(tag, told.get("id") or told.get("name") or told.get("href", ""), " ".join(spoken))
        if tag == "input" and kind in SPEAKING_INPUTS:
            control.told += told.get("value", "")
        if "aria-labelledby" in told:
            self.labelled_by.append((control, told["aria-labelledby"]))
        self.controls.append(control)
        for outer, _, of_outer, waiting in self.open:
            if outer == "label":
                control.told += of_outer.get(SO_FAR, "")
                waiting.append(control)
        return [control] if tag in {"button", "a"} else []
