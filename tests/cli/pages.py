"""What a browser would see of a report, without a browser."""

import html.parser


class _Tags(html.parser.HTMLParser):
    """Collects what a browser would see."""

    VOID = frozenset({"meta", "br", "link"})

    def __init__(self):
        super().__init__()
        self.open, self.faults, self.names, self.text, self.ids = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data):
        self.text.append(data)


def read_page(path):
    """Return the names of a page's tags, its ids and its text, and what is wrong with it."""
    tags = _Tags()
    tags.feed(path.read_text(encoding="utf-8"))
    tags.close()
    return tags


def words_of(page):
    """Return the text of a page on one line."""
    return " ".join(" ".join(page.text).split())
