"""Publications: how a text cites each, and its BibTeX."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication. ``authors`` are "Family, Given", as in BibTeX; ``fields`` all the rest."""

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
        """The citation in a text, without brackets."""
        return f"{self.families}, {self.year}"

    @property
    def bibtex(self) -> str:
        """The BibTeX entry."""
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
        """The address of its DOI or arXiv page, if it has one."""
        if "doi" in self.fields:
            return f"https://doi.org/{self.fields['doi']}"
        return f"https://arxiv.org/abs/{self.fields['eprint']}" if "eprint" in self.fields else None


def _article(
    key: str, authors: str, title: str, year: int, journal: str, **fields: str
) -> Reference:
    return _entry("article", key, authors, title, year, journal=journal, **fields)


def _paper(key: str, authors: str, title: str, year: int, book: str, **fields: str) -> Reference:
    return _entry("inproceedings", key, authors, title, year, booktitle=book, **fields)


def _preprint(key: str, authors: str, title: str, year: int, eprint: str) -> Reference:
    return _entry("misc", key, authors, title, year, eprint=eprint, archivePrefix="arXiv")


def _entry(kind: str, key: str, authors: str, title: str, year: int, **fields: str) -> Reference:
    return Reference(key, kind, tuple(authors.split("; ")), title, year, fields)


_NEURIPS = "Advances in Neural Information Processing Systems"

REFERENCES: dict[str, Reference] = {
    reference.key: reference
    for reference in (
        _preprint(
            "lance2026", "Lance, Jake; Kieu, Larry",
            "Biological Plausibility and Representational Alignment of Feedback Alignment in "
            "Convolutional Networks", 2026, "2605.08564",
        ),
        # Learning rules.
        _article(
            "rumelhart1986", "Rumelhart, David E.; Hinton, Geoffrey E.; Williams, Ronald J.",
            "Learning Representations by Back-Propagating Errors", 1986, "Nature",
            volume="323", pages="533--536", doi="10.1038/323533a0",
        ),
        _article(
            "lillicrap2016",
            "Lillicrap, Timothy P.; Cownden, Daniel; Tweed, Douglas B.; Akerman, Colin J.",
            "Random Synaptic Feedback Weights Support Error Backpropagation for Deep Learning",
            2016, "Nature Communications", volume="7", pages="13276", doi="10.1038/ncomms13276",
        ),
        _paper(
            "liao2016", "Liao, Qianli; Leibo, Joel Z.; Poggio, Tomaso",
            "How Important Is Weight Symmetry in Backpropagation?", 2016,
            "Proceedings of the AAAI Conference on Artificial Intelligence", volume="30",
        ),
        _preprint(
            "moskovitz2018", "Moskovitz, Theodore H.; Litwin-Kumar, Ashok; Abbott, L. F.",
            "Feedback Alignment in Deep Convolutional Networks", 2018, "1812.06488",
        ),
        _paper(
            "xiao2019", "Xiao, Will; Chen, Honglin; Liao, Qianli; Poggio, Tomaso",
            "Biologically-Plausible Learning Algorithms Can Scale to Large Datasets", 2019,
            "International Conference on Learning Representations",
        ),
        _paper(
            "nokland2016", "Nøkland, Arild",
            "Direct Feedback Alignment Provides Learning in Deep Neural Networks", 2016,
            _NEURIPS, volume="29",
        ),
        _article(
            "frenkel2021", "Frenkel, Charlotte; Lefebvre, Martin; Bol, David",
            "Learning Without Feedback: Fixed Random Learning Signals Allow for Feedforward "
            "Training of Deep Neural Networks", 2021, "Frontiers in Neuroscience",
            volume="15", pages="629892", doi="10.3389/fnins.2021.629892",
        ),
        _paper(
            "kolen1994", "Kolen, John F.; Pollack, Jordan B.",
            "Backpropagation without Weight Transport", 1994,
            "Proceedings of the 1994 IEEE International Conference on Neural Networks",
            volume="3", pages="1375--1380", doi="10.1109/ICNN.1994.374486",
        ),
        _paper(
            "akrout2019",
            "Akrout, Mohamed; Wilson, Collin; Humphreys, Peter; Lillicrap, Timothy; "
            "Tweed, Douglas B.",
            "Deep Learning without Weight Transport", 2019, _NEURIPS, volume="32",
        ),
        # Measures.
        _paper(
            "kornblith2019",
            "Kornblith, Simon; Norouzi, Mohammad; Lee, Honglak; Hinton, Geoffrey",
            "Similarity of Neural Network Representations Revisited", 2019,
            "Proceedings of the 36th International Conference on Machine Learning",
            volume="97", pages="3519--3529",
        ),
        _article(
            "song2012",
            "Song, Le; Smola, Alex; Gretton, Arthur; Bedo, Justin; Borgwardt, Karsten",
            "Feature Selection via Dependence Maximization", 2012,
            "Journal of Machine Learning Research", volume="13", pages="1393--1434",
        ),
        _paper(
            "nguyen2021", "Nguyen, Thao; Raghu, Maithra; Kornblith, Simon",
            "Do Wide and Deep Networks Learn the Same Things? Uncovering How Neural Network "
            "Representations Vary with Width and Depth", 2021,
            "International Conference on Learning Representations",
        ),
        _paper(
            "williams2021",
            "Williams, Alex H.; Kunz, Erin; Kornblith, Simon; Linderman, Scott W.",
            "Generalized Shape Metrics on Neural Representations", 2021, _NEURIPS, volume="34",
        ),
        _paper(
            "huh2024", "Huh, Minyoung; Cheung, Brian; Wang, Tongzhou; Isola, Phillip",
            "Position: The Platonic Representation Hypothesis", 2024,
            "Proceedings of the 41st International Conference on Machine Learning", volume="235",
        ),
        _paper(
            "raghu2017",
            "Raghu, Maithra; Gilmer, Justin; Yosinski, Jason; Sohl-Dickstein, Jascha",
            "SVCCA: Singular Vector Canonical Correlation Analysis for Deep Learning Dynamics and "
            "Interpretability", 2017, _NEURIPS, volume="30",
        ),
        _paper(
            "morcos2018", "Morcos, Ari S.; Raghu, Maithra; Bengio, Samy",
            "Insights on Representational Similarity in Neural Networks with Canonical "
            "Correlation", 2018, _NEURIPS, volume="31",
        ),
        _article(
            "kriegeskorte2008", "Kriegeskorte, Nikolaus; Mur, Marieke; Bandettini, Peter",
            "Representational Similarity Analysis: Connecting the Branches of Systems "
            "Neuroscience", 2008, "Frontiers in Systems Neuroscience", volume="2", pages="4",
            doi="10.3389/neuro.06.004.2008",
        ),
        _article(
            "schutt2023",
            "Schütt, Heiko H.; Kipnis, Alexander D.; Diedrichsen, Jörn; Kriegeskorte, Nikolaus",
            "Statistical Inference on Representational Geometries", 2023, "eLife",
            volume="12", pages="e82566", doi="10.7554/eLife.82566",
        ),
        _article(
            "diedrichsen2021",
            "Diedrichsen, Jörn; Berlot, Eva; Mur, Marieke; Schütt, Heiko H.; Shahbazi, Mahdiyar; "
            "Kriegeskorte, Nikolaus",
            "Comparing Representational Geometries Using Whitened Unbiased-Distance-Matrix "
            "Similarity", 2021, "Neurons, Behavior, Data Analysis, and Theory",
            volume="5", number="3", doi="10.51628/001c.27664",
        ),
        _paper(
            "selvaraju2017",
            "Selvaraju, Ramprasaath R.; Cogswell, Michael; Das, Abhishek; Vedantam, Ramakrishna; "
            "Parikh, Devi; Batra, Dhruv",
            "Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based Localization",
            2017, "Proceedings of the IEEE International Conference on Computer Vision",
            pages="618--626",
        ),
        # Statistics.
        _article(
            "student1908", "Student", "The Probable Error of a Mean", 1908, "Biometrika",
            volume="6", number="1", pages="1--25", doi="10.1093/biomet/6.1.1",
        ),
        _article(
            "efron1979", "Efron, Bradley", "Bootstrap Methods: Another Look at the Jackknife",
            1979, "The Annals of Statistics", volume="7", number="1", pages="1--26",
            doi="10.1214/aos/1176344552",
        ),
        _article(
            "hesterberg2015", "Hesterberg, Tim C.",
            "What Teachers Should Know About the Bootstrap: Resampling in the Undergraduate "
            "Statistics Curriculum", 2015, "The American Statistician",
            volume="69", number="4", pages="371--386", doi="10.1080/00031305.2015.1089789",
        ),
        _article(
            "snijders1999", "Snijders, Tom A. B.; Borgatti, Stephen P.",
            "Non-Parametric Standard Errors and Tests for Network Statistics", 1999,
            "Connections", volume="22", number="2", pages="161--170",
        ),
        _article(
            "janssen1994", "Janssen, Paul", "Weighted Bootstrapping of U-Statistics", 1994,
            "Journal of Statistical Planning and Inference", volume="38", pages="31--42",
        ),
        _article(
            "winkler2014",
            "Winkler, Anderson M.; Ridgway, Gerard R.; Webster, Matthew A.; Smith, Stephen M.; "
            "Nichols, Thomas E.",
            "Permutation Inference for the General Linear Model", 2014, "NeuroImage",
            volume="92", pages="381--397", doi="10.1016/j.neuroimage.2014.01.060",
        ),
        _article(
            "holm1979", "Holm, Sture",
            "A Simple Sequentially Rejective Multiple Test Procedure", 1979,
            "Scandinavian Journal of Statistics", volume="6", number="2", pages="65--70",
        ),
        _article(
            "kruskal1964", "Kruskal, Joseph B.",
            "Multidimensional Scaling by Optimizing Goodness of Fit to a Nonmetric Hypothesis",
            1964, "Psychometrika", volume="29", number="1", pages="1--27",
            doi="10.1007/BF02289565",
        ),
        _article(
            "arvesen1969", "Arvesen, James N.", "Jackknifing U-Statistics", 1969,
            "The Annals of Mathematical Statistics", volume="40", number="6", pages="2076--2100",
            doi="10.1214/aoms/1177697287",
        ),
        _article(
            "mantel1967", "Mantel, Nathan",
            "The Detection of Disease Clustering and a Generalized Regression Approach", 1967,
            "Cancer Research", volume="27", number="2", pages="209--220",
        ),
        _article(
            "holmes1998", "Holmes, Andrew P.; Friston, Karl J.",
            "Generalisability, Random Effects and Population Inference", 1998, "NeuroImage",
            volume="7", number="4", pages="S754",
        ),
        _article(
            "kendall1939", "Kendall, Maurice G.; Babington Smith, Bernard",
            "The Problem of m Rankings", 1939, "The Annals of Mathematical Statistics",
            volume="10", number="3", pages="275--287", doi="10.1214/aoms/1177732186",
        ),
        _article(
            "berger1982", "Berger, Roger L.",
            "Multiparameter Hypothesis Testing and Acceptance Sampling", 1982, "Technometrics",
            volume="24", number="4", pages="295--300", doi="10.1080/00401706.1982.10487790",
        ),
        # Training, data and software.
        _paper(
            "kingma2015", "Kingma, Diederik P.; Ba, Jimmy",
            "Adam: A Method for Stochastic Optimization", 2015,
            "International Conference on Learning Representations",
        ),
        _article(
            "lecun1998", "LeCun, Yann; Bottou, Léon; Bengio, Yoshua; Haffner, Patrick",
            "Gradient-Based Learning Applied to Document Recognition", 1998,
            "Proceedings of the IEEE", volume="86", number="11", pages="2278--2324",
            doi="10.1109/5.726791",
        ),
        _paper(
            "he2016", "He, Kaiming; Zhang, Xiangyu; Ren, Shaoqing; Sun, Jian",
            "Deep Residual Learning for Image Recognition", 2016,
            "Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition",
            pages="770--778",
        ),
        _article(
            "pedregosa2011",
            "Pedregosa, Fabian; Varoquaux, Gaël; Gramfort, Alexandre; others",
            "Scikit-learn: Machine Learning in Python", 2011,
            "Journal of Machine Learning Research", volume="12", pages="2825--2830",
        ),
        _preprint(
            "xiao2017", "Xiao, Han; Rasul, Kashif; Vollgraf, Roland",
            "Fashion-MNIST: A Novel Image Dataset for Benchmarking Machine Learning Algorithms",
            2017, "1708.07747",
        ),
        _paper(
            "netzer2011",
            "Netzer, Yuval; Wang, Tao; Coates, Adam; Bissacco, Alessandro; Wu, Bo; Ng, Andrew Y.",
            "Reading Digits in Natural Images with Unsupervised Feature Learning", 2011,
            "NIPS Workshop on Deep Learning and Unsupervised Feature Learning",
        ),
        _entry(
            "techreport", "krizhevsky2009", "Krizhevsky, Alex",
            "Learning Multiple Layers of Features from Tiny Images", 2009,
            institution="University of Toronto",
        ),
        _paper(
            "paszke2019",
            "Paszke, Adam; Gross, Sam; Massa, Francisco; others",
            "PyTorch: An Imperative Style, High-Performance Deep Learning Library", 2019,
            _NEURIPS, volume="32",
        ),
    )
}  # fmt: skip
