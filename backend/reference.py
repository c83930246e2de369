"""A publication: how a text cites it, and its BibTeX."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reference:
    """One publication. ``authors`` are "Family, Given", as in BibTeX; ``fields`` all the rest."""

    key: str
    kind: str
    authors: tuple[str, ...]
    title: str
    year: int
    fields: dict[str, str] = field(default_factory=dict)

    @property
    def families(self) -> str:
        """The authors as a text names them: one, two joined, or the first "et al."."""
        names = [author.split(",")[0] for author in self.authors]
        if len(names) < 3:
            return " & ".join(names)
        return f"{names[0]} et al."

    @property
    def citation(self) -> str:
        """How a text cites it, without brackets."""
        return f"{self.families}, {self.year}"

    @property
    def bibtex(self) -> str:
        """Its entry."""
        fields = {
            "author": " and ".join(self.authors),
            "title": f"{{{self.title}}}",
            "year": str(self.year),
            **self.fields,
        }
        width = max(map(len, fields))
        lines = [f"  {name:<{width}} = {{{value}}}" for name, value in fields.items()]
        return f"@{self.kind}{{{self.key},\n" + ",\n".join(lines) + "\n}"

    @property
    def url(self) -> str | None:
        """Where it can be read, where it has a DOI or lies on arXiv."""
        if "doi" in self.fields:
            return f"https://doi.org/{self.fields['doi']}"
        return f"https://arxiv.org/abs/{self.fields['eprint']}" if "eprint" in self.fields else None
