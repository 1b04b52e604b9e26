from .http import ApiClient, get_json, post_json
from .paths import workspace_path
