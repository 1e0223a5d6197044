"""What every recipe answers on the hand-made graph: values, and the rows of any store."""

from __future__ import annotations

from typing import Any

_DT_SENTENCE = "DT is evaluated on D4RL with average return."
_CQL_SENTENCE = "CQL is evaluated on D4RL and Atari."
_RUN = "TT and DT run on D4RL."
_DT, _CQL, _TT = "Decision Transformer", "Conservative Q-Learning", "Trajectory Transformer"
_DT_ID, _CQL_ID, _TT_ID = "arxiv:2106.01345", "arxiv:2006.04779", "arxiv:2106.02039"
_CODE = "https://github.com/kzl/decision-transformer"
_D4RL_ID, _SURVEY_ID = "doi:10.1000/d4rl.1", "title:00ff"

RECIPE_ROWS: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
    "benchmark": (
        {"name": "datasets for deep data-driven rl"},
        [
            ("D4RL", 2020, "INTRODUCES", [], "We release D4RL.", "D4RL", _D4RL_ID),
            (_DT, 2021, "EVALUATES_ON", [_DT], _DT_SENTENCE, "D4RL", _DT_ID),
            (_TT, 2021, "EVALUATES_ON", [_DT, _TT], _RUN, "D4RL", _TT_ID),
            (_CQL, 2020, "EVALUATES_ON", ["CQL"], _CQL_SENTENCE, "D4RL", _CQL_ID),
            ("A Survey", 2023, "MENTIONS", [], "Much uses D4RL.", "D4RL", _SURVEY_ID),
        ],
    ),
    "introduced-methods": (
        {"paper": "TRANSFORMER"},
        [
            (_DT, [_CODE], _DT, "We introduce DT.", _DT_ID),
            (_TT, [], _TT, "We present TT.", _TT_ID),
        ],
    ),
    "datasets-with-method": (
        {"name": "tt"},
        [
            ("D4RL", "Benchmark", "EVALUATED_ON", 1, _RUN, _TT),
            ("D4RL-mixed", "Dataset", "TRAINED_ON", 1, "TT is trained on D4RL-mixed.", _TT),
        ],
    ),
    "top-baselines": (
        {},
        [
            ("CQL", 2, 2021, 2021, "method:cql"),
            (_DT, 1, 2021, 2021, "method:decision-transformer"),
        ],
    ),
    "evaluated-together": (
        {"name": "d4rl"},
        [("Atari", "Benchmark", 1, _CQL, "benchmark:atari")],
    ),
    "papers-with-code": ({"since": "2021"}, [(_DT, 2021, _CODE, f"Code: {_CODE}", _DT_ID)]),
    "neighbours": (
        {"name": "SAC"},
        [
            (
                "CQL",
                "Method",
                "<-",
                "EXTENDS",
                0.6,
                "We propose CQL, built on SAC.",
                "method:cql",
                "method:sac",
            ),
            (
                _CQL,
                "Paper",
                "<-",
                "USES",
                0.6,
                "We propose CQL, built on SAC.",
                _CQL_ID,
                "method:sac",
            ),
        ],
    ),
    "timeline": (
        {"name": "cql"},
        [
            (2020, _CQL, "INTRODUCES", "We propose CQL, built on SAC.", _CQL_ID),
            (2021, _DT, "COMPARES_WITH", "It beats CQL.", _DT_ID),
            (2021, _TT, "COMPARES_WITH", "TT outperforms CQL.", _TT_ID),
            (2023, "A Survey", "MENTIONS", "CQL is known.", _SURVEY_ID),
        ],
    ),
    "path": (
        {"from": "gpt", "to": "sac"},
        [
            (
                ["GPT", _TT, "CQL", "SAC"],
                3,
                ["USES", "COMPARES_WITH", "EXTENDS"],
                ["We use GPT.", "TT outperforms CQL.", "We propose CQL, built on SAC."],
            )
        ],
    ),
    "introduced-datasets": (
        {},
        [
            (
                "D4RL",
                "Benchmark",
                "D4RL",
                2020,
                ["https://d4rl.org/data"],
                "We release D4RL.",
                "benchmark:d4rl",
            )
        ],
    ),
    "papers-on-task": (
        {"name": "Offline Reinforcement Learning"},
        [
            (_DT, 2021, [_DT], "DT solves offline RL.", _DT_ID),
            (_TT, 2021, [_TT], "TT addresses offline RL.", _TT_ID),
            (_CQL, 2020, ["CQL"], "We address offline RL.", _CQL_ID),
        ],
    ),
    "evidence": (
        {"from": "D4RL", "to": "dt"},
        [
            (_DT, "EVALUATED_ON", "D4RL", _DT_SENTENCE, _DT_ID, 0.9, 39, 83),
            (_DT, "EVALUATED_ON", "D4RL", _RUN, _TT_ID, 0.75, 79, 101),
        ],
    ),
    "top-entities": (
        {"kind": "Benchmark", "limit": 1},
        [("D4RL", "Benchmark", 5, "benchmark:d4rl")],
    ),
    "metrics-of-benchmark": (
        {"name": "d4rl"},
        [("average return", 1, _DT_SENTENCE, "D4RL", "metric:average-return")],
    ),
    "better-than": (
        {"name": "conservative q-learning"},
        [(_TT, 1, 0.9, "TT outperforms CQL.", "CQL", "method:trajectory-transformer")],
    ),
}
