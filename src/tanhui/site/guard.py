"""The outermost layer of every page: who may open it, what a problem looks like, what browsers may load."""

from collections.abc import Callable, Mapping

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from tanhui.kit.problems import NotFoundProblem, Problem
from tanhui.site.permissions import API_READERS, PUBLIC, READERS

# Everything comes from this site. Styles set on elements carry the lengths of bars and rulers.
POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; font-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
STATUS_OF = {"wrong_role": 403, "same_person": 403}


def same_for_all(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware outside the others: bytes that are the same for everybody carry no mark of language or session."""

    def answer_to(request: HttpRequest) -> HttpResponse:
        answer = get_response(request)
        if getattr(answer, "same_for_all", False):
            for header in ("Vary", "Content-Language"):
                answer.headers.pop(header, None)
        return answer

    return answer_to


class SiteGuard:
    """Middleware around all views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        return answer

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: object,
        parts: Mapping[str, str],
    ) -> HttpResponse | None:
        """Ask the permission table. A stranger is asked to sign in; the wrong role finds nothing here."""
        _refuse_nul(request, parts)
        name = request.resolver_match.url_name if request.resolver_match else None
        if name in API_READERS:
            return None  # A program shows a token and no session; the API asks the table itself.
        readers = READERS.get(name or "", frozenset({"nobody"}))
        if readers == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.user.role not in readers:
            raise Http404
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a problem as a page with the right status; anything else goes on to the server's log."""
        if not isinstance(exception, Problem):
            return None
        status = 404 if isinstance(exception, NotFoundProblem) else STATUS_OF.get(exception.code, 409)
        return render(request, "problem.html", {"status": status, "problem": exception.document()}, status=status)


def _refuse_nul(request: HttpRequest, parts: Mapping[str, str]) -> None:
    """The database takes no zero byte in a text, and no form of ours sends one: refuse it before it gets there."""
    if any("\0" in str(part) for part in parts.values()):
        raise Http404
    if any("\0" in text for form in (request.GET, request.POST) for _name, texts in form.lists() for text in texts):
        raise BadRequest
