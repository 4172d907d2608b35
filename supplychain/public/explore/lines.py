"""Which single lines are in a selection, the largest first, and as CSV with which columns?"""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase

from supplychain.analysis import breakdown
from supplychain.analysis.selection import Notice
from supplychain.disclosure.columns import SUPPLY_CHAIN
from supplychain.public import selected
from supplychain.public.explore.page import chosen
from supplychain.public.explore.question import Question
from supplychain.public.paging import page_of
from supplychain.public.selected import LINES_A_PAGE, SelectedLines
from supplychain.public.series import World, public_page, show
from supplychain.public.words import words

ORDERS = {
    "largest": ("Largest amount first", selected.LARGEST),
    "newest": ("Newest quarter first", selected.CHAINS),
}
MOST = 10_000  # lines that can be paged through; the CSV has all
OWN_PARAMETERS = ("order", "page")
# What most readers want of a line; the others are one tick away.
USUAL = (
    "quarter", "body_code", "body_name", "agreement_ref", "tier", "payer_name", "provider_id", "provider_name",
    "sector", "service_category", "area_codes", "start_date", "end_date", "amount_paid_gbp", "amount_paid_gbp_status",
)  # fmt: skip


@public_page
def lines(request: HttpRequest, series: World) -> HttpResponseBase:
    """The lines of a selection page by page, with the columns that a CSV of them may have. Six queries."""
    question = Question.asked(request, series, OWN_PARAMETERS)
    order = request.GET.get("order") or "largest"
    notices = list(question.selection.notices)
    if order not in ORDERS:
        notices.append(Notice("order", f"“order” has to be one of {', '.join(ORDERS)}."))
        order = "largest"
    totals = breakdown.totals(question.selection)
    found = sum(entry.lines for entry in totals)
    rows = SelectedLines(question.selection, min(found, MOST), ORDERS[order][1])
    page = page_of(Paginator(rows, LINES_A_PAGE), request)
    known = words(series)
    context = {
        "notices": notices,
        "chosen": chosen(question, known),
        "amounts": any(entry.amount is not None for entry in totals),
        "found": found,
        "most": MOST if found > MOST else None,
        "page": page,
        "lines": [{"row": line, "service": known.service(line.service_category)} for line in page],
        "order": order,
        "orders": [{"name": name, "title": title} for name, (title, _) in ORDERS.items()],
        "columns": [{"column": column, "usual": column.name in USUAL} for column in SUPPLY_CHAIN.columns],
        "hidden": [(name, value) for name, values in question.selection.chosen.items() for value in values],
        "crumbs": [("Home", f"{series.prefix}/"), ("Explore", question.addresses["permalink"]), ("Line by line", "")],
        **question.addresses,
    }
    return show(request, "public/explore_lines.html", series, context)
