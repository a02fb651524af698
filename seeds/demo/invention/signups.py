"""Three requests that wait: somebody new, a known phone number, nearly a colleague's name."""

from invention.book import MAIL_DOMAIN, Book
from invention.rows import Signup


def invent(book: Book) -> None:
    """Add the requests; they stand for people and are no people yet."""
    known = book.people["20812-CNSCD-02-4"]
    book.signups += [
        Signup(
            key="dk-1",
            unit="20362",
            full_name="Trần Khánh Lam",
            job_title="Công chức Tài chính - Kế toán",
            phone="0596020624",
            email=f"lamtk@{MAIL_DOMAIN}",
            submitted_on="2024-06-17",
        ),
        Signup(
            key="dk-2",
            unit="20812",
            full_name=known.full_name,
            job_title=known.job_title,
            phone=known.phone,
            email="",
            submitted_on="2024-06-25",
        ),
        Signup(
            key="dk-3",
            unit="20398",
            full_name="Nguyễn Thị Hòa",
            job_title="Công chức Văn hóa - Xã hội",
            phone="0597280624",
            email="",
            submitted_on="2024-06-28",
        ),
    ]
