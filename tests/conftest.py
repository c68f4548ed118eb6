"""Set before anything is imported: scikit-learn skips its array API check without it."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")
