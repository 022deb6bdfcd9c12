# Sourced by the scripts beside it: stands in the project's folder and lets nothing of the caller's
# environment change what the scripts do.
set -eu
CDPATH="" cd "$(dirname "$0")/.."
# PYTHONDONTWRITEBYTECODE would have each of the many processes of the tests compile all that it loads again.
unset PYTHONDONTWRITEBYTECODE VIRTUAL_ENV PYTHONHOME PYTHONPATH UV_PROJECT UV_PROJECT_ENVIRONMENT UV_PYTHON || true
export UV_PYTHON_DOWNLOADS=never

# A test or a rehearsal must not read the settings of a real campaign.
forget_settings() {
    unset BOT_TOKEN BOT_API_URL PROXY_URL DATABASE_URL CAMPAIGN_KEY CAMPAIGN_KEY_FILE OWNER_IDS PUBLIC_URL \
        WEBHOOK_SECRET PORT SEND_RATE PAID_BROADCAST DEFAULT_LOCALE PSEUDO_LOCALE LOG_FORMAT BACKUP_RECIPIENT || true
}
