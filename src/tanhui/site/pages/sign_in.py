"""Signing in. A demonstration installation lists its sign-ins; any other lists nothing."""

from typing import Any

from django.contrib.auth.views import LoginView

from tanhui.land.queries import region
from tanhui.people.queries import person
from tanhui.site.demonstration import PASSWORD, PEOPLE


class SignIn(LoginView):
    """The sign-in form; whoever is signed in already goes on to the desk."""

    template_name = "login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - as Django calls it
        context = super().get_context_data(**given)
        here = region()
        shown = [told for told in PEOPLE if person(told.username)] if here and here.demonstration else []
        return {**context, "sign_ins": shown, "password": PASSWORD if shown else ""}
