"""Interview questions that mean the same, and such that only look alike. They tell the threshold of the question bank.

Each group of ``ALIKE`` asks for one thing, in several wordings and languages. ``APART`` are pairs about one subject
that ask for two things.
"""

from __future__ import annotations

ALIKE = [
    [
        "Tell me about a conflict with a colleague and how you solved it.",
        "Describe a time you disagreed with a teammate. How did you resolve it?",
        "Erzählen Sie von einem Konflikt mit einem Kollegen und wie Sie ihn gelöst haben.",
        "Cuénteme de un conflicto con un compañero y cómo lo resolvió.",
    ],
    [
        "Why do you want to leave academia?",
        "What makes you leave research for industry?",
        "Warum möchten Sie die Wissenschaft verlassen?",
        "¿Por qué quiere dejar la academia?",
    ],
    [
        "How would you explain a p-value to a manager?",
        "Explain what a p-value is to somebody without a background in statistics.",
        "Wie würden Sie einer Managerin erklären, was ein p-Wert ist?",
    ],
    [
        "How do you deal with missing data?",
        "What do you do when values are missing in a data set?",
        "Wie gehen Sie mit fehlenden Daten um?",
        "¿Cómo trata los datos que faltan?",
    ],
    [
        "What is your greatest weakness?",
        "Tell us about your biggest weakness.",
        "Was ist Ihre größte Schwäche?",
        "¿Cuál es su mayor debilidad?",
    ],
    [
        "How would you detect overfitting?",
        "How do you notice that a model overfits?",
        "Woran erkennen Sie, dass ein Modell überangepasst ist?",
    ],
    [
        "Tell me about a project that failed.",
        "Describe a failed project and what you learned from it.",
        "Erzählen Sie von einem Projekt, das gescheitert ist.",
    ],
    [
        "How do you set priorities when everything is urgent?",
        "How do you prioritise when you have many urgent tasks?",
        "Wie setzen Sie Prioritäten, wenn alles dringend ist?",
    ],
    [
        "What are your salary expectations?",
        "Which salary do you expect?",
        "Was sind Ihre Gehaltsvorstellungen?",
        "¿Cuáles son sus expectativas salariales?",
    ],
    [
        "Where do you see yourself in five years?",
        "What do you want to be doing five years from now?",
        "Wo sehen Sie sich in fünf Jahren?",
    ],
    [
        "How would you design an A/B test for a new checkout page?",
        "Design an experiment to test a new checkout page.",
    ],
    [
        "What is the difference between a left join and an inner join?",
        "Explain inner join versus left join.",
        "Was ist der Unterschied zwischen einem Left Join und einem Inner Join?",
    ],
]
APART = [
    ("Tell me about a conflict with a colleague.", "Tell me about a colleague whom you admire."),
    ("Tell me about a conflict with a colleague.", "Tell me about a conflict of goals between two projects."),
    ("Tell me about a project that failed.", "Tell me about a project that you are proud of."),
    ("What is your greatest weakness?", "What is your greatest strength?"),
    ("Was ist Ihre größte Schwäche?", "Was ist Ihre größte Stärke?"),
    ("Why do you want to leave academia?", "Why do you want to work for us?"),
    ("Why do you want to leave academia?", "What did you learn in academia?"),
    ("How would you explain a p-value to a manager?", "How would you explain a neural network to a manager?"),
    ("How would you explain a p-value to a manager?", "How do you choose a significance level?"),
    ("How do you deal with missing data?", "How do you deal with outliers?"),
    ("How do you deal with missing data?", "How do you deal with imbalanced data?"),
    ("How would you detect overfitting?", "How would you detect data drift?"),
    ("How would you detect overfitting?", "How do you tune hyperparameters?"),
    ("How do you set priorities when everything is urgent?", "How do you motivate your team?"),
    ("What are your salary expectations?", "When can you start?"),
    ("What are your salary expectations?", "What do you expect from your manager?"),
    ("Where do you see yourself in five years?", "What have you done in the last five years?"),
    ("How would you design an A/B test for a new checkout page?", "How would you design a recommender system?"),
    ("What is the difference between a left join and an inner join?", "What is a window function in SQL?"),
    (
        "What is the difference between a left join and an inner join?",
        "What is the difference between a list and a tuple?",
    ),
    ("Wie gehen Sie mit fehlenden Daten um?", "Wie gehen Sie mit Stress um?"),
    ("Wo sehen Sie sich in fünf Jahren?", "Wo haben Sie die letzten fünf Jahre gearbeitet?"),
    ("¿Por qué quiere dejar la academia?", "¿Por qué quiere trabajar aquí?"),
    ("How do you give feedback?", "How do you take feedback?"),
    ("Tell me about a time you led a team.", "Tell me about a time you joined a new team."),
    ("How do you work with stakeholders?", "How do you work under pressure?"),
]
