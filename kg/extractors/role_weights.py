"""How much each sign speaks for each role.

Fitted by logistic regression on annotated papers, one table a kind group: a row is a sign that
``role_signs`` or ``roles`` may find, a column a role. A role that has no column is never given.
"""

from __future__ import annotations

from kg.model import ROLES, Role

__all__ = ["WEIGHTS"]

_TABLES = {
    "Method": """
sign                          introduces compares_with          uses      mentions
after_and                           -0.3           0.4           0.0          -0.2
after_based_on                       0.0           0.6          -0.4          -0.2
after_by                             0.0           0.2          -0.3           0.2
after_for                           -0.4          -0.3           0.0           0.7
after_from                          -0.7          -0.3           0.4           0.6
after_in                            -0.7           0.2           0.0           0.4
after_is                             0.4           0.0          -0.2           0.0
after_of                            -0.4           0.2           0.0           0.3
after_on                            -0.3          -0.6           0.4           0.5
after_through                        0.5           0.0          -0.3          -0.3
after_to                            -0.8           0.6          -0.3           0.5
after_using                         -0.4           0.0           0.5           0.0
after_via                           -0.5           0.0           0.7          -0.3
after_with                          -0.3           0.3           0.2          -0.2
always                               0.0          -1.0           1.1           0.0
background_far                      -0.6           0.0           0.0           0.7
background_near                     -1.0           0.6           0.0           0.4
capital                              0.3           0.5           0.0          -0.7
coined                               0.8           0.3          -0.2          -0.9
compared_after                       0.2           0.2           0.2          -0.6
compared_far                         0.6           1.1          -0.7          -1.1
compared_near                       -0.6           2.4          -1.0          -0.7
defined                              0.0           0.2           0.0          -0.3
determiner_a                         0.5          -0.5           0.3          -0.3
determiner_an                        0.6          -0.2          -0.2          -0.2
determiner_existing                 -0.2           0.0           0.4          -0.2
determiner_our                       0.8          -0.2          -0.3          -0.3
determiner_pre-trained              -0.3          -0.2           0.3           0.2
determiner_recent                    0.0           0.0           0.2          -0.2
determiner_standard                  0.0           1.5          -0.7          -0.6
determiner_the                      -0.5           0.2           0.2           0.0
does_better                          1.0          -0.6           0.0          -0.3
example_far                         -0.2          -0.3          -0.2           0.7
example_near                        -1.3           0.9          -0.3           0.7
first_sentence                      -1.0           0.0           0.8           0.4
in_title                             1.4          -0.2           0.5          -1.7
introduced                           1.5          -0.9          -0.4           0.0
introduced_far                       0.2           0.0           0.4          -0.5
known                               -2.0           0.5           0.8           0.6
named_in_1                          -0.3           0.0           0.0           0.4
named_in_2                          -0.2           0.0           0.0           0.0
named_in_3                           0.5          -0.2           0.2          -0.5
not_before_our_work                  0.9          -0.3           0.0          -0.7
numbered                             0.0           0.6           0.0          -0.5
only_before_our_work                -0.4          -0.9           0.0           1.4
only_last_sentence                  -0.5          -0.6           0.0           1.0
ours                                 0.0          -0.3           0.0           0.2
own_family                           1.6          -0.8          -0.7           0.0
presents_Data                       -0.5           0.7           0.0           0.0
presents_Method                      0.4           0.0           0.0           0.0
presents_Metric                      0.0           0.0           0.3           0.0
presents_Task                       -0.2           0.3           0.0           0.0
said_of                             -0.2           0.3          -0.2           0.0
spelt_out                           -0.3           0.2           0.0           0.0
spelt_out,_unknown                   0.6           0.0           0.0          -0.6
tested_far                          -0.6           0.6           0.0           0.0
tested_near                         -0.2           0.5           0.2          -0.6
title                                0.0           0.2           0.0          -0.4
title_after_colon                    0.2           0.0           0.0          -0.2
title_and_text                       0.0           0.0           0.0           0.3
title_by_means                       0.2           0.2           0.3          -0.7
title_for                            0.0          -0.4           0.3           0.0
title_name                           1.2           0.0          -1.0           0.0
title_prepositional                  0.0          -0.2           0.5          -0.5
used_far                             0.3          -0.6           0.2           0.0
used_near                           -0.2          -0.5           0.6           0.0
""",
    "Data": """
sign                          introduces  evaluates_on          uses      mentions
after_and                            0.0           0.4          -0.2           0.0
after_for                           -0.2           0.2           0.0           0.0
after_in                             0.3           0.0          -0.2           0.0
after_of                             0.0          -0.2           0.5          -0.2
after_on                             0.0           0.4           0.0          -0.4
always                               0.2           0.3          -0.3          -0.2
background_far                      -0.5           0.0           0.0           0.5
background_near                     -0.6           0.0          -0.3           0.8
capital                             -0.2          -0.3           0.5           0.0
coined                               0.2           0.4          -0.4          -0.3
compared_after                      -0.2           0.4          -0.3           0.0
compared_far                         0.0           0.5          -0.3           0.0
compared_near                        0.0           0.3          -0.3           0.0
determiner_the                      -0.3           0.3           0.0           0.0
example_far                          0.0           0.2           0.0           0.0
example_near                         0.0           0.3          -0.4           0.2
in_title                             0.4           0.0           0.0          -0.3
introduced                           1.5          -0.7          -0.5          -0.3
introduced_far                      -0.2          -0.8           0.6           0.4
known                               -1.5           0.5           0.7           0.2
named_in_1                          -0.8           0.4           0.2           0.2
named_in_2                           0.5          -0.2           0.0          -0.2
named_in_3                           0.3          -0.2           0.0           0.0
not_before_our_work                  0.0           0.7           0.0          -0.7
only_before_our_work                 0.0          -0.7          -0.4           1.0
only_last_sentence                  -0.2           0.6          -0.2          -0.2
ours                                 0.6          -0.7           0.6          -0.5
own_family                           0.5          -0.4           0.0           0.0
presents_Data                        1.1          -1.4           0.0           0.3
presents_Method                      0.2           0.6          -0.4          -0.4
spelt_out                            0.0           0.0           0.4          -0.3
spelt_out,_unknown                   0.0          -0.2           0.3           0.0
tested_far                           0.2           0.6          -0.6          -0.3
tested_near                          0.0           0.6          -0.4          -0.3
title_and_text                       0.4          -0.2           0.0          -0.2
title_name                           0.2           0.0           0.0           0.0
used_far                             0.0           0.3          -0.3           0.0
used_near                           -0.6          -0.2           0.9          -0.2
""",
    "Task": """
sign                          introduces     addresses      mentions
after_and                            0.2          -0.3           0.0
after_for                           -0.3           0.2           0.0
after_in                            -0.4           0.0           0.3
after_of                             0.0          -0.3           0.3
after_on                            -0.2           0.0           0.3
after_to                            -0.2           0.0           0.2
after_with                          -0.2           0.0           0.0
always                              -2.4           2.2           0.2
background_far                      -0.2           0.0           0.2
background_near                     -0.2          -0.3           0.5
capital                              0.6           0.0          -0.7
coined                               0.2           0.3          -0.5
compared_after                       0.4           0.4          -0.8
compared_far                         0.2           0.0           0.0
compared_near                       -0.2           0.7          -0.5
defined                              0.0           0.2          -0.2
determiner_a                        -0.4           0.3           0.0
determiner_existing                 -0.2           0.0           0.0
determiner_the                       0.2           0.0          -0.2
does_better                          0.0           0.0          -0.2
example_far                         -0.3           0.2           0.0
example_near                        -0.3          -0.3           0.7
first_sentence                      -0.6           0.3           0.2
in_title                             0.2           1.0          -1.2
introduced                           0.9          -0.2          -0.7
introduced_far                       0.9           0.0          -0.9
known                               -1.2           0.4           0.8
named_in_1                          -0.4          -0.4           0.8
named_in_2                           0.2           0.0          -0.2
named_in_3                           0.2           0.4          -0.5
not_before_our_work                  0.4           0.4          -0.8
numbered                            -0.2           0.4          -0.2
only_before_our_work                -0.6           0.0           0.7
only_last_sentence                  -0.4          -0.4           0.8
presents_Data                        0.9          -0.5          -0.4
presents_Method                     -0.2           0.2           0.0
presents_Metric                      0.3           0.0          -0.2
presents_Task                        0.7          -0.5          -0.2
said_of                              0.0           0.8          -0.9
spelt_out                            0.3          -0.3           0.0
spelt_out,_unknown                   0.4          -0.4           0.0
tested_far                           0.5           0.0          -0.6
tested_near                         -0.3           0.3           0.0
title                                0.2           0.0          -0.2
title_after_colon                    0.0           0.3          -0.3
title_and_text                       0.6          -0.7           0.2
title_by_means                       0.0          -0.2           0.2
title_for                           -0.3           0.9          -0.6
title_prepositional                 -0.3           0.4          -0.2
used_far                             0.5          -0.5           0.0
used_near                            0.5          -0.4           0.0
""",
    "Metric": """
sign                          introduces  evaluates_on      mentions
after_and                           -0.2           0.3           0.0
after_in                            -0.2           0.5          -0.3
after_to                            -0.3          -0.5           0.8
after_with                          -0.2           0.0           0.2
always                              -0.6           1.2          -0.6
background_far                      -0.2           0.0           0.3
background_near                      0.0          -0.5           0.5
capital                              0.2           0.0          -0.3
coined                               0.8          -0.3          -0.5
compared_after                       0.0           0.5          -0.4
compared_far                        -0.2           0.4          -0.3
compared_near                        0.0           0.2          -0.2
determiner_a                         0.0           0.4          -0.2
determiner_the                       0.4          -0.3           0.0
does_better                          0.2           0.0          -0.2
example_far                          0.0           0.2           0.0
example_near                        -0.2           0.3          -0.2
introduced                           0.7          -0.5          -0.2
introduced_far                       0.2          -0.2           0.0
known                               -1.5           0.7           0.9
named_in_1                           0.0          -0.3           0.4
named_in_2                           0.0           0.2          -0.2
named_in_3                           0.2           0.0          -0.3
not_before_our_work                  0.2           0.6          -0.8
numbered                            -0.2           0.4          -0.2
only_before_our_work                -0.2          -0.6           0.8
only_last_sentence                  -0.2           0.6          -0.4
ours                                 0.2           0.0          -0.2
presents_Data                        0.0           0.3          -0.3
presents_Method                      0.0           0.4          -0.2
presents_Metric                      0.5          -0.6           0.0
presents_Task                        0.0          -0.2           0.2
spelt_out                            0.2          -0.2           0.0
tested_far                           0.3           0.0          -0.4
tested_near                          0.3           0.0          -0.4
""",
}


def _read(table: str) -> dict[Role, dict[str, float]]:
    """Role -> sign -> weight, from one table."""
    head, *rows = [line.split() for line in table.strip().splitlines()]
    columns = [(index, role) for index, name in enumerate(head) for role in ROLES if name == role]
    return {
        role: {row[0].replace("_", " "): float(row[index]) for row in rows}
        for index, role in columns
    }


WEIGHTS: dict[str, dict[Role, dict[str, float]]] = {
    group: _read(table) for group, table in _TABLES.items()
}
"""Kind group -> role -> sign -> weight."""
