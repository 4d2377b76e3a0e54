"""The browser door: pages, forms and their guards. `create_app` calls `install` once."""

from forum.web.door import install

__all__ = ["install"]
