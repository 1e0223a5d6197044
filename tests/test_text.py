"""Cleaning of titles and abstracts: each rule once, and two promises for any text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.text import clean_text, lower_case
from tests import worst_cases

MARKUP = (
    "\\ { } $ ~ & < > ^ _ ( ) [ ] amp; lt; #x26; #10; \\textbf{ \\frac{ \\href{ \\url{ \\cite "
    "\\em \\sim \\ss \\\" \\' \\textless \\unicode{x26} \\unicode{x5c} \\left <sup> <p> <!-- <i "
    "https://a/ - e \u0301 \u00ad \ufb01 \u1100 \u1161 \u212a \x00 \ud800 s 1 . é"
).split(" ")
texts = st.text() | st.lists(st.sampled_from([*MARKUP, " ", "\n", "\t", "\r\n"]), max_size=25).map(
    "".join
)

CASES = {
    "plain text stays": ("A plain title: 50% of it, a < b", "A plain title: 50% of it, a < b"),
    "white space": (" a\n\tb\u00a0\u2003c \u2028d ", "a b c d"),
    "unicode form": ("Zoe\u0308", "Zoë"),
    "entities": ("AT&amp;T &lt; &#233; &copy;", "AT&T < é ©"),
    "entities escaped twice": ("&amp;lt;i&amp;gt;x&amp;lt;/i&amp;gt; &amp;amp;amp;", "x &"),
    "no entities": ("AT&T; R&D &notone; a&b", "AT&T; R&D &notone; a&b"),
    "html": ('<p>H<sub>2</sub>O <i>is</i> <a href="x">wet</a>.<br/>So</p>', "H2O is wet. So"),
    "html powers": ("R<sup>2</sup>, 10<sup>-3</sup>, 5<sup>th</sup>", "R^2, 10^-3, 5th"),
    "jats": ("<jats:title>Abstract</jats:title><jats:p>We.</jats:p><jats:p>So</jats:p>", "We. So"),
    "mathml": ("<mml:math><mml:mi>x</mml:mi></mml:math>", "x"),
    "tokens are no tags": ("<think> <SEG> </s> a<b and c>d", "<think> <SEG> </s> a<b and c>d"),
    "comments": ("a<!-- no -->b <![CDATA[c]]>", "ab c"),
    "accents": (r"K\"uhn {\'e} \c{c} \v s \~n G\"{o}del \'{\i} \H{o}", "Kühn é ç š ñ Gödel í ő"),
    "letters": (r"Stra\ss e \AA{}ngstr\"om {\L}\'od\'z \o{}", "Straße Ångström Łódź ø"),
    "escaped quotes": (r"it\'s \"hello\" don\'t", 'it\'s "hello" don\'t'),
    "wrappers": (r"\emph{a \textbf{b}} \texttt{c} \mathrm{d} {\em e f} \bf{g}", "a b c d e f g"),
    "half words": (r"\textbf{\underline{K}}ite\textsc{Former}", "KiteFormer"),
    "escapes": (r"5\% \& \#1 a\_b \$3 \{x\}", "5% & #1 a_b $3 {x}"),
    "ties": (r"Fig.~3, Kite~(K), \method~ works", r"Fig. 3, Kite (K), \method works"),
    "no ties": ("~90% (~5) 5~9 http://a.org/~me", "~90% (~5) 5~9 http://a.org/~me"),
    "spaces": (r"10\,GB a\ b c\\d \LaTeX{} is", "10 GB a b c d LaTeX is"),
    "url": (r"\url{https://a.org/b\_c} \url{https://a.org/b/ c}", "https://a.org/b_c https://a.org/b/c"),
    "href": (r"\href{https://a.org/x}{the code}", "the code (https://a.org/x)"),
    "href to itself": (r"\href{https://a.org/x/}{a.org/x}", "https://a.org/x/"),
    "footnote": (r"kites\footnote{See \url{https://a.org}}.", "kites (See https://a.org)."),
    "citations": (r"as in~\cite{ray2024}. \citep[see][p. 3]{doe} so", "as in. so"),
    "abbreviations": (r"kites, \ie, hats \etal", "kites, i.e., hats et al."),
    "unknown macros": (r"\method uses \foo{\textbf{x}}", r"\method uses \foo{x}"),
    "braces stay": ('{Kite} {"a": 1} {x', '{Kite} {"a": 1} {x'),
    "symbols": (r"\alpha 5 \times 3, 45\deg \rightarrow x", "α 5 × 3, 45° → x"),
    "math": (r"$D_4$ $\pi_0$ $\alpha$ $O(n^2)$ $n\log n$", "D_4 π_0 α O(n^2) n log n"),
    "math in words": (r"D$^2$KITE CH$_4$ 5$^{th}$ A$^*$ 90$^\circ$", "D^2KITE CH_4 5th A* 90°"),
    "math numbers": (r"$2\times$ $\sim$9 of$\sim$5 3$\pm$1 $p < 1$", "2× ~9 of ~5 3±1 p < 1"),
    "math fonts": (r"$\texttt{Kite}_\text{v2}$ $\mathcal{O}(n)$ $\tt K^\tt 3$", "Kite_v2 O(n) K^3"),
    "math forms": (r"$\frac{a}{b}$ $\sqrt{n}$ $\hat{x}$ $x_{i,j}$ \(y^2\)", "a/b √n x̂ x_{i,j} y^2"),
    "unknown math": (r"$\foo x$ $\frac{\foo}{b}$ $x", r"$\foo x$ $\frac{\foo}{b}$ $x"),
    "prices": ("$5 and $6, $5-$10, US$3M to $4M", "$5 and $6, $5-$10, US$3M to $4M"),
    "invisible": ("ki\u200bte\ufeff soft\u00adly tra\u00ad\nns", "kite softly trans"),
    "controls": ("a\x00b\x07c\x1b[0m", "a b c [0m"),
    "surrogates": ("a\ud800b", "a\ufffdb"),
    "ligatures": ("\ufb01ne \ufb02ow e\ufb03cient", "fine flow efficient"),
}  # fmt: skip

WRAPS = {
    "a broken word": ("a trans-\nformer", "a transformer"),
    "with blanks": ("a trans- \r\n  former", "a transformer"),
    "a compound": ("state-of-the-\nart", "state-of-the-art"),
    "first parts": ("multi-\ntask and self-\nattention", "multi-task and self-attention"),
    "last parts": ("rule-\nbased", "rule-based"),
    "numbers and capitals": ("GPT-\n4 and Q-\nLearning", "GPT-4 and Q-Learning"),
    "more hyphens": ("end-\nto-end", "end-to-end"),
    "seen without": ("a midterm mid-\nterm", "a midterm midterm"),
    "seen with": ("a k-d-tree and tree-top tree-\ntop", "a k-d-tree and tree-top tree-top"),
    "a hanging hyphen": ("pre-\nand post-training", "pre- and post-training"),
    "a dash": ("kites -\nor hats", "kites - or hats"),
    "an address": ("https://github.com/foo/\nbar", "https://github.com/foo/bar"),
    "an address that goes on": ("https://github.com/a/\nb is it", "https://github.com/a/b is it"),
    "an address that ends": ("https://foo.github.io/\nand more", "https://foo.github.io/ and more"),
    "an address before a word": ("https://foo.org/\nThen we go", "https://foo.org/ Then we go"),
    "an address at a dot": ("https://gitlab.\ncom/a. Or", "https://gitlab.com/a. Or"),
    "an address at a full stop": ("https://foo.org.\nWe go", "https://foo.org. We go"),
    "an address at a hyphen": ("https://a.org/b-\nc_d is", "https://a.org/b-c_d is"),
}  # fmt: skip


@pytest.mark.parametrize(("given_text", "wanted"), CASES.values(), ids=list(CASES))
def test_markup(given_text: str, wanted: str) -> None:
    assert clean_text(given_text) == wanted


@pytest.mark.parametrize(("given_text", "wanted"), WRAPS.values(), ids=list(WRAPS))
def test_line_wraps(given_text: str, wanted: str) -> None:
    assert clean_text(given_text) == wanted


@given(texts)
@example("\\textbf{" * 500 + "x" + "}" * 500)
@example("&" + "amp;" * 50 + "lt;p&gt;")
@example("\\{\\{\\textbf\\{x\\}")
@example("\\\\" * 9 + "textbf{x}")
def test_cleaning_twice_changes_nothing(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode()


@pytest.mark.timeout(worst_cases.SECONDS)
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "word ",
            "\\textbf{x} ",
            "$x_1$ ",
            "\\",
            "{",
            "$",
            "~",
            "&amp;",
            "<a ",
            "<b x",
            "<!--",
            "-",
        ),
        *('{\\"', "a-\n", "https://a/\n", "https://", "\\url{", "\\(", "$^", "\u00ad ", "\\cite["),
    ],
)
def test_worst_cases_end(unit: str) -> None:
    text = unit * (worst_cases.CHARACTERS // len(unit))
    assert len(clean_text(text)) <= len(text)


def test_letters_of_other_scripts_stay() -> None:
    text = "注意力 и графы: αβγ, العربية, हिन्दी"
    assert clean_text(text) == text


@given(st.text())
@example("\u0130stanbul, STRASSE, \u1e9e, \u212a")
def test_lower_case_keeps_every_character_in_its_place(text: str) -> None:
    lower = lower_case(text)
    assert len(lower) == len(text)
    pairs = zip(text, lower, strict=True)
    assert all(a == b or a.lower() == b or len(a.lower()) > 1 for a, b in pairs)
