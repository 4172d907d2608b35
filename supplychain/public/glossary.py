"""Which words does the portal use, and what does each mean? One word for one thing, here as everywhere."""

GLOSSARY = {
    "Agreement": (
        "Who funds whom for what, where, from when to when and on what terms, under which agreement above it."
    ),
    "Area": "A police force area: the smallest geography that all generations of reporting bodies share.",
    "Audit": "The yearly report on supply chains, for one financial year.",
    "Bid commitment": "An organisation that was named in a winning bid: funded, none reported, or it can’t be told.",
    "Chain": "A reporting body and everybody who is funded below it, tier by tier.",
    "Cohort": "A group of people that a service is for, such as women or young adults.",
    "Compiled": "Put together by the portal from public records; the body filed no return. It holds no amounts.",
    "Correction": "A later version of a disclosure, with a public notice and every difference in its rows.",
    "Disclosure": (
        "What is published for one quarter over all bodies: built from accepted returns, frozen, in versions."
    ),
    "Issue": "One finding on a return (error, warning or information) by a numbered rule.",
    "KPI": "A measure of a body’s contract: of volume, process, outcome or quality.",
    "KPI contribution": "The part of a KPI’s numerator that came from one agreement.",
    "Line": "One agreement in one return.",
    "Nil return": "A return in which the body says that it funded nobody in the quarter.",
    "Not reported as passed on": (
        "What a payer received less what it is reported to have passed down. It is neither profit nor money "
        "kept, and “at most” so much where an amount below is unknown."
    ),
    "Obligation period": "The time in which a body has to report; outside it no return is required.",
    "Organisation": (
        "Any party, with its names, numbers, sector and income band as far as they are known. It can be "
        "reporting body, owner and provider at once."
    ),
    "Owner": "Who owns a reporting body, from when to when.",
    "Own delivery": (
        "What a body or provider delivers itself, so that money not passed on is not mistaken for profit."
    ),
    "Prime": (
        "The provider that holds the contract with the body and pays others below it: tier 2. The trade often"
        " says tier 1."
    ),
    "Provider": "An organisation below tier 1.",
    "Quarter": "Of the financial year: Q1 is April to June. 2018-19 Q1 is April to June 2018.",
    "Rate card": "A body’s priced list of services that others could buy.",
    "Reporting body": (
        "A body whose supply chain is to be public: a Community Rehabilitation Company (2015 to 2021), a "
        "division of the National Probation Service (2014 to 2020), or a probation region (from 2020)."
    ),
    "Return": "Everything that one reporting body says about one quarter, in versions.",
    "Role": "What a return says that a provider is: prime, managing agent, specialist or local provider.",
    "Rule": "One numbered check that every return is put through.",
    "Sector": "Voluntary, social enterprise, mutual, private or public, as far as it is known of a provider.",
    "Superseded": "Replaced by a later version, and kept as it was.",
    "Take-up": "What was bought from a rate card, by whom, or why not.",
    "Terms": (
        "On which a provider is funded: contract, grant, rate card, payment by results, spot purchase, or unpaid."
    ),
    "Tier": (
        "Depth in the chain. The reporting body is tier 1, whoever it funds is tier 2, whoever they fund is tier 3."
    ),
    "Tombstone": "What stands where a file was taken down: its digest, its size, and the class of reason.",
    "Withheld": "Not published for a stated class of reason; no total contains it.",
}
