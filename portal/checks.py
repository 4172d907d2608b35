"""What must hold between settings that Django's own checks do not know of?"""

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.celery import app


@register("portal")
def limits_nest(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """A task's soft limit ends it before the hard one, and both before the broker hands it out again."""
    soft, hard = app.conf.task_soft_time_limit, app.conf.task_time_limit
    visible = app.conf.broker_transport_options["visibility_timeout"]
    if soft < hard < visible / 2 and not app.conf.task_always_eager:
        return []
    return [
        Error(f"Task limits do not nest: soft {soft}, hard {hard}, visibility {visible} seconds.", id="portal.E001")
    ]


@register("portal")
def policy_is_strict(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """No page may run or style itself with inline code, and nothing comes from another host."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    loose = {f"{name} {value}" for name, values in directives.items() for value in values if "unsafe" in value}
    if not loose and directives.get("default-src") == ["'none'"]:
        return []
    return [
        Error(f"The content security policy is loose: {', '.join(sorted(loose)) or 'default-src'}.", id="portal.E002")
    ]
