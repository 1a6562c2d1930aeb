"""Check the audit file of an assignment without the project that made it: `python recheck_assignment.py AUDIT SCORES`.

It needs Python 3.10 or newer, and nothing else. AUDIT is the JSON file, SCORES the file of all eligible pairs, "mentee,
mentor,score" a line, perhaps compressed by gzip. All numbers are whole, so the proof is exact:

- no eligible pair is worth more than the utility of its mentee and the price of its mentor together, and
- the utilities, and the earnings of the mentors, sum to the value of the assignment.

So no other assignment has a higher value (weak duality of linear programs). A pair is worth its score and a bonus that
exceeds all scores together, so more people matched come first. A bottleneck has two covers as well: the pairs need so
many mentees and places of mentors (König), hence no more people can be matched, and not as many with higher scores.
"""

import gzip
import hashlib
import json
import sys


def check(audit, lines):
    """Yield each fault as a sentence. ``lines`` are the lines of the file of scores, as bytes."""
    content = {key: value for key, value in audit.items() if key != "sha256"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    if hashlib.sha256(text.encode()).hexdigest() != audit["sha256"]:
        yield "The audit file was changed after it was written."
    policy, bonus, threshold = audit["policy"], audit["bonus"], audit["threshold"]
    mentor_of, capacity = audit["mentor_of"], audit["capacity"]
    prices, utilities = audit["prices"], audit["utilities"]
    pins, bans = {tuple(pair) for pair in audit["pins"]}, {tuple(pair) for pair in audit["bans"]}
    pinned_mentees, pinned = {mentee for mentee, _ in pins}, [0] * len(capacity)
    for mentee, mentor in pins:
        pinned[mentor] += 1
        if mentor_of[mentee] != mentor:
            yield f"The pin of mentee {mentee} is lost."
    places = [all_ - taken for all_, taken in zip(capacity, pinned, strict=True)]
    load, used = [0] * len(capacity), [0] * len(capacity)
    for mentee, mentor in enumerate(mentor_of):
        if mentor >= 0:
            load[mentor] += 1
            used[mentor] += mentee not in pinned_mentees
    if any(one > other for one, other in zip(load, capacity, strict=True)):
        yield "A mentor has more mentees than places."
    if min(utilities, default=0) < 0:
        yield "A utility is negative."
    is_bottleneck = policy == "bottleneck"
    most, higher = audit["most"] or {}, audit["higher"] or {}
    covers = [(0, set(most["mentees"]), set(most["mentors"]))] if is_bottleneck else []
    covers += [(threshold + 1, set(higher["mentees"]), set(higher["mentors"]))] if is_bottleneck else []

    digest, value, matched, lowest, highest, assigned = hashlib.sha256(), 0, 0, None, 0, 0
    for number, line in enumerate(lines):
        digest.update(line)
        if not number:
            continue
        mentee, mentor, score = map(int, line.split(b","))
        highest = max(highest, score)
        is_assigned = mentor_of[mentee] == mentor
        assigned += is_assigned
        if is_assigned and (mentee, mentor) in bans:
            yield f"The forbidden pair {mentee}, {mentor} is assigned."
        if mentee in pinned_mentees or places[mentor] <= 0 or (mentee, mentor) in bans:
            continue
        if is_assigned:
            value, matched = value + score + bonus, matched + 1
            lowest = score if lowest is None else min(lowest, score)
        if score >= threshold and score + bonus > utilities[mentee] + prices[mentor]:
            yield f"Mentee {mentee} and mentor {mentor} are worth more than utility and price together."
        for least, mentees, mentors in covers:
            if score >= least and mentee not in mentees and mentor not in mentors:
                yield f"A cover leaves out mentee {mentee} and mentor {mentor}."
    if digest.hexdigest() != audit["scores_sha256"]:
        yield "The file of scores is not the one of this audit file."
    if assigned != sum(mentor >= 0 for mentor in mentor_of):
        yield "A pair of the assignment is not eligible."

    people, earned = len(mentor_of), sum(utilities)
    for mentor, left in enumerate(places):
        worth = [0] * min(left, people)
        if policy == "balanced":
            worth = [-audit["load_step"] * (pinned[mentor] + place) for place in range(len(worth))]
        elif policy == "every_mentor" and worth and not pinned[mentor]:
            worth[0] = bonus
        value += sum(worth[: used[mentor]])
        earned += sum(max(0, one + prices[mentor]) for one in worth)
    if value != earned:
        yield "The value of the assignment is not the sum of utilities and prices."
    load_cost = audit["load_step"] * max(capacity) if policy == "balanced" else 0
    all_places = min(people, sum(min(left, people) for left in places))
    if bonus != (0 if policy == "total" else (highest + load_cost) * all_places + 1):
        yield "The bonus of a matched person is not that of the policy."
    if is_bottleneck:
        sizes = [len(mentees) + sum(places[mentor] for mentor in mentors) for _, mentees, mentors in covers]
        if sizes[0] != matched:
            yield "More people could be matched."
        if matched and sizes[1] >= matched:
            yield "As many could be matched with a higher lowest score."
        if (lowest or 0) != threshold:
            yield "The lowest score is not the threshold."
    elif threshold:
        yield "Only a bottleneck has a threshold."


def main():
    audit_file, scores_file = sys.argv[1:]
    with open(audit_file, encoding="utf-8") as file:
        audit = json.load(file)
    with gzip.open(scores_file) if scores_file.endswith(".gz") else open(scores_file, "rb") as lines:
        faults = list(check(audit, lines))
    pairs = sum(mentor >= 0 for mentor in audit["mentor_of"])
    proven = f"Optimal by the policy {audit['policy']!r}: {pairs} pairs, proven over all eligible pairs."
    print("\n".join(faults[:20]) or proven)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
